import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { StatusError } from '../../../src/model/status.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { followRollout, type WorkloadName } from '../../../src/rollout/index.ts'
import { workloadPath } from '../../../src/rollout/targets/workload-paths.ts'
import { ConflictView } from '../api-browser/conflict-view.tsx'
import { rebase, changesBetween, type Document } from '../api-browser/merge.ts'
import { useTexts } from '../language/language.tsx'
import { Failure } from '../parts/notice.tsx'
import { kubeOf, targetOf } from '../server/target.ts'
import { followRun } from './runs.ts'
import { editableOf, patchBetween, readYaml, yamlOf, type YamlProblem } from './yaml-edit.ts'

interface YamlEditorProps {
  project: string
  name: WorkloadName
  runKey: string
  /** The object when editing began. */
  object: KubeObject
  onClose: () => void
}

/** Edits the object as YAML, without the fields that the cluster maintains. Only changes are sent. */
export default function YamlEditor({ project, name, runKey, object, onClose }: YamlEditorProps) {
  const texts = useTexts()
  const queries = useQueryClient()
  const [base, setBase] = useState<Document>(() => editableOf(object))
  const [text, setText] = useState(() => yamlOf(base))
  const [theirs, setTheirs] = useState<Document>()
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const read = readYaml(text, base)
  const mine = 'document' in read ? read.document : undefined
  const patch = mine ? patchBetween(base, mine) : []
  const changes = patch.filter(({ op }) => op !== 'test')
  const path = workloadPath(name)
  const hasConflict = async () => {
    const latest = editableOf(await kubeOf(project).get(path))
    const conflict = changesBetween(base, latest).length > 0
    if (conflict) setTheirs(latest)
    return conflict
  }
  const save = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      if (await hasConflict()) return
      await kubeOf(project).patch(path, { type: 'json', operations: patch })
      await queries.invalidateQueries({ queryKey: ['yaml'] })
      onClose()
      const target = await targetOf(project)
      void followRun(runKey, followRollout(target, name))
    } catch (error) {
      // probably a failed test of the patch: Kubernetes does not say which one, nor that it was one
      const refused = error instanceof StatusError && (error.code === 409 || error.code === 422)
      if (!(refused && (await hasConflict()))) setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  const continueWithLatest = () => {
    if (!theirs || !mine) return
    setText(yamlOf(rebase(base, mine, theirs) as Document))
    setBase(theirs)
    setTheirs(undefined)
  }
  return (
    <div class="panel-body form">
      <p class="hint">{texts.yaml.hint}</p>
      <textarea
        class="textarea yaml-text"
        aria-label={texts.workload.yaml}
        aria-invalid={!mine}
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {'problem' in read && (
        <p class="field-problem" role="alert">
          {problemText(texts, read)}
        </p>
      )}
      {theirs && mine && <ConflictView base={base} mine={mine} theirs={theirs} onContinue={continueWithLatest} />}
      {failure !== undefined && <Failure error={failure} />}
      <div class="row" role="status">
        {mine && (changes.length === 0 ? texts.api.nothingChanged : texts.yaml.sent(changes.length))}
      </div>
      {changes.length > 0 && (
        <pre class="code-block code-wrap" aria-label={texts.change.diff}>
          {changes.map(
            (change) => `${change.op} ${change.path}${'value' in change ? ` ${short(change.value)}` : ''}\n`,
          )}
        </pre>
      )}
      <div class="row">
        <button
          type="button"
          class="button-primary"
          disabled={changes.length === 0 || busy || theirs !== undefined}
          onClick={() => void save()}
        >
          {texts.common.save}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {texts.common.cancel}
        </button>
      </div>
    </div>
  )
}

function problemText({ yaml }: ReturnType<typeof useTexts>, problem: YamlProblem): string {
  return problem.problem === 'syntax' ? yaml.syntax(problem.said) : yaml.another(problem.field)
}

function short(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
