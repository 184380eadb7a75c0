import { Option, type Command } from 'commander'
import type { ApplyFlags } from './actions/apply.ts'
import type { DoctorFlags } from './actions/doctor.ts'
import type { RequestFlags } from './actions/request.ts'
import type { UndoFlags } from './actions/operate.ts'
import type { ChangeFlags, SetImageFlags } from './actions/set-image.ts'
import {
  outputFlag,
  parseCount,
  withChangeFlags,
  withConnectionFlags,
  withImageFlags,
  withNamespaceFlag,
  withSelectionFlags,
} from './connection-flags.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

export type Run = <Arguments extends unknown[]>(
  action: (...given: Arguments) => Promise<ExitCode>,
) => (...given: Arguments) => Promise<void>

export type AddCommand = (parent: Command, terminal: Terminal, run: Run) => void

const workloadHelp = 'deployment/NAME, deployment:NAMESPACE:NAME, or its address copied from Rancher'

/** A command about one workload. */
export function addForWorkload(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).argument('<workload>', workloadHelp)
}

function withExamples(command: Command, ...examples: string[]): Command {
  const heading = examples.length > 1 ? 'Examples' : 'Example'
  return command.addHelpText('after', `\n${heading}:\n${examples.map((line) => `  $ ${line}`).join('\n')}`)
}

export function addSetImage(parent: Command, terminal: Terminal, run: Run): void {
  const command = parent
    .command('image')
    .description('change the image of containers, follow the rollout, and report whether it worked')
    .argument(
      '<workload...>',
      `the workloads: ${workloadHelp}; with -l or -A, their kinds. Then the changes: CONTAINER=IMAGE, '*'=IMAGE for all containers, or IMAGE alone for the containers that run another tag of it`,
    )
    .usage('<workload...> <container=image...> [options]')
  withSelectionFlags(command)
    .optionsGroup('Workloads:')
    .option('-l, --selector <labels>', 'all workloads with these labels, such as app=shop,tier!=db')
    .option('-A, --all-namespaces', 'in all namespaces')
    .optionsGroup('Change:')
  withExamples(
    withConnectionFlags(withImageFlags(withChangeFlags(command))),
    'drover set image deployment/web web=registry.example:5000/shop/web:33 -n shop',
    'drover set image deployment:shop:web web=registry.example:5000/shop/web:33 --no-wait',
    'drover set image https://rancher.example/p/c-l5nxb:p-dghs7/workload/deployment:shop:web shop/web:33',
    'drover set image deployment/web web --tag 33 --expect shop/web:32 --rollback-on-failure',
    'drover set image deployment/web statefulset/api shop/web:33 --sequence "$CI_PIPELINE_IID"',
    'drover set image deployments -A -l team=shop --match shop/web --tag 33 --wave-size 1',
    'drover set image deployment/web shop/web:33 --context staging,prod --wave-size 1',
  ).action(
    run(async (words: string[], flags: SetImageFlags) =>
      (await import('./actions/set-image.ts')).setImageCommand(words, flags, terminal),
    ),
  )
}

export function addApply(parent: Command, terminal: Terminal, run: Run): void {
  const command = parent
    .command('apply')
    .description('make the image changes listed in a file')
    .requiredOption('-f, --filename <file>', 'YAML documents, or one change per line; - reads standard input')
  withConnectionFlags(withImageFlags(withChangeFlags(command)))
    .addHelpText(
      'after',
      `
The file contains lines, each as \`set image\` takes it:
  deployment/web web=shop/web:33
  deployment:shop:api shop/api:7

or YAML documents, separated by ---:
  workload: deployment/web
  namespace: shop
  images: { web: shop/web:33 }   # or image: shop/web:33, for the containers that run another tag of it
  context: prod                  # or cluster: NAME, if it is not the one given by flags`,
    )
    .action(run(async (flags: ApplyFlags) => (await import('./actions/apply.ts')).applyCommand(flags, terminal)))
  withExamples(
    command,
    'drover apply -f changes.yaml --max-parallel 4',
    'drover apply -f changes.yaml --wave-size 1 -o junit > drover.xml',
  )
}

export const addRestart = operation(
  'restart',
  'replace all pods without changing anything else, and follow the rollout',
)
export const addPause = operation('pause', 'pause the rollouts of a Deployment')
export const addResume = operation('resume', 'resume a paused Deployment, and follow the rollout')

function operation(name: 'restart' | 'pause' | 'resume', description: string): AddCommand {
  return (parent, terminal, run) => {
    const command = withConnectionFlags(withChangeFlags(addForWorkload(parent, name, description)))
    withExamples(command, `drover ${name} deployment/web -n shop`).action(
      run(async (workload: string, flags: ChangeFlags) =>
        (await import('./actions/operate.ts')).operateCommand(name, workload, flags, terminal),
      ),
    )
  }
}

export function addScale(parent: Command, terminal: Terminal, run: Run): void {
  const command = addForWorkload(
    parent,
    'scale',
    'change the number of pods, and follow; 0 stops the workload',
  ).argument('<replicas>', 'how many pods', parseCount)
  withExamples(
    withConnectionFlags(withChangeFlags(command)),
    'drover scale deployment/web 0',
    'drover scale deployment/web 3',
  ).action(
    run(async (workload: string, replicas: number, flags: ChangeFlags) =>
      (await import('./actions/operate.ts')).scaleCommand(workload, replicas, flags, terminal),
    ),
  )
}

export function addUndo(parent: Command, terminal: Terminal, run: Run): void {
  const description = 'go back to the images of an earlier revision; later changes to environment or scale stay'
  const command = addForWorkload(parent, 'undo', description)
    .option(
      '--to-revision <revision>',
      'revision, as shown by `drover history`; default: the last good one with other images',
    )
    .option('--to-image <image>', 'the newest revision with this image')
    .option('--whole-template', 'restore the whole pod template of that revision, environment included')
  withExamples(
    withConnectionFlags(withChangeFlags(command)),
    'drover undo deployment/web',
    'drover undo deployment/web --to-image shop/web:31',
  ).action(
    run(async (workload: string, flags: UndoFlags) =>
      (await import('./actions/operate.ts')).undoCommand(workload, flags, terminal),
    ),
  )
}

export function addHistory(parent: Command, terminal: Terminal, run: Run): void {
  const description = 'list the revisions that the cluster keeps: images, when, by whom, and which failed'
  const command = withNamespaceFlag(addForWorkload(parent, 'history', description)).addOption(outputFlag())
  withExamples(withConnectionFlags(command), 'drover history deployment/web -n shop').action(
    run(async (workload: string, flags: ChangeFlags) =>
      (await import('./actions/operate.ts')).historyCommand(workload, flags, terminal),
    ),
  )
}

const forms = ['curl', 'http', 'python', 'javascript', 'postman', 'github', 'gitlab', 'jenkins']

export function addRequest(parent: Command, terminal: Terminal, run: Run): void {
  const description = 'print the exact request for a change, for other tools to send; changes nothing'
  const command = addForWorkload(parent, 'request', description)
    .argument('[container=image...]', 'as `set image` takes them')
    .addOption(new Option('--as <form>', 'output form').choices(forms).default('curl'))
  withConnectionFlags(withSelectionFlags(withNamespaceFlag(command)))
    .addHelpText(
      'after',
      '\nThe request contains no key: it reads the key from RANCHER_TOKEN, and the CA certificate from the file DROVER_CA_FILE.',
    )
    .action(
      run(async (workload: string, changes: string[], flags: RequestFlags) =>
        (await import('./actions/request.ts')).requestCommand(workload, changes, flags, terminal),
      ),
    )
  withExamples(
    command,
    'drover request deployment/web web=shop/web:33 --as curl | sh',
    'drover request deployment/web web=shop/web:33 --as github > .github/workflows/set-image.yml',
  )
}

export function addDoctor(parent: Command, terminal: Terminal, run: Run): void {
  const command = parent
    .command('doctor')
    .description('check everything that a change needs: server, certificate, key, rights, versions, clock')
    .option('-n, --namespace <name>', 'namespace to check rights in; default: "default"')
    .addOption(outputFlag())
  withExamples(
    withConnectionFlags(command),
    'drover doctor --server https://rancher.example --key-file drover.key',
  ).action(run(async (flags: DoctorFlags) => (await import('./actions/doctor.ts')).doctorCommand(flags, terminal)))
}
