import { curlRequest } from './curl.ts'
import { caVariable, keyVariable, type DescribedRequest } from './described-request.ts'

/** CI systems that a request can be exported to. */
export type CiForm = 'github' | 'gitlab' | 'jenkins'

const writers: Record<CiForm, (shell: string) => string> = { github, gitlab, jenkins }

/** A CI job that makes the request with curl. The key is a secret of the CI system and never in the file. */
export function writeCiJob(form: CiForm, request: DescribedRequest): string {
  // CI systems expand `{{`; in JSON the second brace can be escaped
  return writers[form](curlRequest(request).replaceAll('{{', '{\\u007b').trimEnd())
}

export const ciForms = Object.keys(writers) as readonly CiForm[]

/** The CA is passed as a text variable: not every CI system supports file variables. */
const caFromText = [
  `if [ -n "\${DROVER_CA:-}" ]; then ${caVariable}=$(mktemp); printf '%s\\n' "$DROVER_CA" > "$${caVariable}"; fi`,
]

function indented(shell: string, by: number): string {
  return [...caFromText, ...shell.split('\n')].map((line) => `${' '.repeat(by)}${line}`).join('\n')
}

function github(shell: string): string {
  return `name: Set image
on: workflow_dispatch
jobs:
  set-image:
    runs-on: ubuntu-latest
    steps:
      - name: Set image
        env:
          ${keyVariable}: \${{ secrets.${keyVariable} }}
          DROVER_CA: \${{ vars.DROVER_CA }}
        run: |
${indented(shell, 10)}
`
}

function gitlab(shell: string): string {
  return `# ${keyVariable} (masked) and DROVER_CA are variables of the project.
set-image:
  image: curlimages/curl:latest
  when: manual
  script:
    - |
${indented(shell, 6)}
`
}

function jenkins(shell: string): string {
  const text = indented(shell, 10).replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  return `pipeline {
  agent any
  stages {
    stage('Set image') {
      steps {
        withCredentials([string(credentialsId: 'drover-key', variable: '${keyVariable}')]) {
          sh '''
${text}
          '''
        }
      }
    }
  }
}
`
}
