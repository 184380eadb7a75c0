import { type Conversion, type Fields, fieldsOf, stringsOf } from './rows.ts'

const timings = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

/** Handlers that v3 can express; others (grpc) are left unchanged. */
const handlers = ['exec', 'httpGet', 'tcpSocket'] as const

/** v3 flattens a handler: exec's command, httpGet's fields, tcpSocket's with `tcp: true`. */
function readHandler(handler: Fields): Fields {
  const { command } = fieldsOf(handler['exec'])
  const tcp = fieldsOf(handler['tcpSocket'])
  return {
    ...(command !== undefined && { command }),
    ...fieldsOf(handler['httpGet']),
    ...tcp,
    ...(tcp['port'] !== undefined && { tcp: true }),
  }
}

/** The first match decides: a command, `tcp` with a port, a port. */
function writeHandler(handler: Fields): Fields {
  const { host, port } = handler
  const command = stringsOf(handler['command'])
  if (command.length > 0) return { exec: { command } }
  if (handler['tcp'] === true && !isEmpty(port)) return { tcpSocket: { ...pick(handler, ['host', 'port']) } }
  if (!isEmpty(port)) {
    return { httpGet: pick({ ...handler, host }, ['path', 'port', 'host', 'scheme', 'httpHeaders']) }
  }
  return {}
}

/** Port 0 counts. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function withoutHandler(today: unknown): Fields {
  const kept = { ...fieldsOf(today) }
  for (const handler of handlers) delete kept[handler]
  return kept
}

function pick(source: Fields, names: readonly string[]): Fields {
  const picked: Fields = {}
  for (const name of names) {
    const value = source[name]
    if (!isEmpty(value)) picked[name] = value
  }
  return picked
}

export const handlerConversion: Conversion = {
  read: (handler) => readHandler(fieldsOf(handler)),
  write: (handler, today) => ({ ...withoutHandler(today), ...writeHandler(fieldsOf(handler)) }),
}

export const probeConversion: Conversion = {
  read: (probe) => ({ ...pick(fieldsOf(probe), timings), ...readHandler(fieldsOf(probe)) }),
  write: (probe, today) => {
    const kept = withoutHandler(today)
    for (const timing of timings) delete kept[timing]
    return { ...kept, ...writeHandler(fieldsOf(probe)), ...pick(fieldsOf(probe), timings) }
  },
}
