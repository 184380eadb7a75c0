// oxlint-disable no-control-regex -- ANSI escape sequences
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { python } from '../clients/outside-clients.ts'
import { bin, drover, droverEnv, run, serve, type Served } from '../clients/served.ts'

const image = '10.212.82.86:1180/java/orders'

/** Runs its arguments on a pseudo-terminal (60 columns, 12 rows, or SIZE), types TYPED at a prompt and prints the output. */
const pseudoTerminal = `
import fcntl, os, pty, struct, sys, termios
child, terminal = pty.fork()
if child == 0:
    rows, columns = map(int, os.environ.get('SIZE', '12x60').split('x'))
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
sent = b''
typed = os.environ.get('TYPED', '').encode()
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part: break
    sent += part
    if typed and sent.endswith(b': '):
        os.write(terminal, typed)
        typed = b''
sys.stdout.buffer.write(sent)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`

const cursorUp = /\u001b\[\d+A/
const color = /\u001b\[3\dm/

describe('output for people', () => {
  let served: Served
  let tag = 10

  beforeAll(async () => {
    served = await serve()
  })
  afterAll(() => served[Symbol.asyncDispose]())

  const change = () => ['set', 'image', 'deployment/orders', `orders=${image}:${tag++}`, '-n', 'shop']

  function atTerminal(env: Record<string, string> = {}, words = change()) {
    const argv = ['-c', pseudoTerminal, process.execPath, bin, ...words]
    const settings = { TERM: 'xterm-256color', NO_COLOR: '', ...droverEnv(served.ready), ...env }
    return run(python ?? 'python3', argv, { env: settings })
  }

  test('on a terminal: one view, redrawn in place, never wider than the terminal', async () => {
    const { code, out } = await atTerminal()
    expect(code).toBe(0)
    expect(out).toMatch(cursorUp)
    expect(out).toMatch(color)
    const plain = out.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '\u001b').split(/\r?\n/)
    const redrawn = plain.filter((line) => /ready,|orders-[0-9a-f]+-/.test(line) && !/^\u001b*(FAILED|succ)/.test(line))
    expect(redrawn.length).toBeGreaterThan(3)
    expect(redrawn.every((line) => line.replaceAll('\u001b', '').length <= 60)).toBe(true)
    expect(out).toMatch(/succeeded/)
  })

  test('assumes 80 columns for a terminal without a size', async () => {
    const { code, out } = await atTerminal({ SIZE: '0x0' })
    expect(code).toBe(0)
    expect(out).toMatch(cursorUp)
    expect(out).toMatch(/new \d\/\d ready/)
    expect(out).not.toContain('Infinity')
  })

  test('Ctrl-C interrupts a password prompt', async () => {
    const login = ['keys', 'create', '--username', 'admin']
    const { code, out } = await atTerminal({ TYPED: '\u0003' }, login)
    expect({ code, out }).toMatchObject({ code: 130, out: expect.stringContaining('Password of admin: ') as string })
  })

  test('NO_COLOR keeps the view and drops the colours', async () => {
    const { code, out } = await atTerminal({ NO_COLOR: '1' })
    expect(code).toBe(0)
    expect(out).toMatch(cursorUp)
    expect(out).not.toMatch(color)
  })

  test.each([{ CI: 'true' }, { TERM: 'dumb' }])(
    'a log that looks like a terminal (%j) gets plain lines',
    async (env) => {
      const { code, out } = await atTerminal(env)
      expect(code).toBe(0)
      expect(out).not.toMatch(cursorUp)
      expect(out).toMatch(/succeeded/)
    },
  )

  test('a pipe gets plain lines, each once, without control characters', async () => {
    const { code, out } = await drover(change(), droverEnv(served.ready))
    expect(code).toBe(0)
    expect(out).not.toContain('\u001b')
    const lines = out.trimEnd().split('\n')
    expect(lines.filter((line, index) => line === lines[index - 1])).toEqual([])
  })
})
