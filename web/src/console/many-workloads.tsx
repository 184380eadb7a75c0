import { useState } from 'preact/hooks'
import { Link } from 'wouter'
import { parseImageReference, withTag } from '../../../src/model/image-reference.ts'
import type { WorkloadKind } from '../../../src/model/workload-kinds.ts'
import { isFailure, setImages, type ItemResult, type RolloutEvent } from '../../../src/rollout/index.ts'
import type { Texts } from '../language/english.ts'
import { useTexts } from '../language/language.tsx'
import { wordsOfProgress, wordsOfVerdict } from '../language/rollout-words.ts'
import { Icon } from '../parts/icon.tsx'
import { ImageName } from '../parts/image-name.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Failure } from '../parts/notice.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { targetOf } from '../server/target.ts'
import { orderTags } from './image-choices.ts'
import { workloadsOf, type Repository } from './repositories.ts'
import { useImageTags } from './use-image-tags.ts'

interface Progress {
  message: string
  result?: ItemResult
}

interface ManyWorkloadsProps {
  project: string
  repository: Repository
  onBack: () => void
}

/** Sets one tag on all selected workloads of a repository and follows each to its verdict. */
export function ManyWorkloads({ project, repository, onBack }: ManyWorkloadsProps) {
  const texts = useTexts()
  const all = workloadsOf(repository)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [tag, setTag] = useState('')
  const [waves, setWaves] = useState(true)
  const [stop, setStop] = useState(true)
  const [progress, setProgress] = useState<Readonly<Record<string, Progress>>>()
  const [failure, setFailure] = useState<unknown>()
  const chosen = all.filter((id) => !left.has(id))
  const problem = tag === '' ? undefined : problemOf(repository, tag)
  const [use] = repository.uses
  const tags = useImageTags(project, use?.workloadId ?? '', use?.container ?? '')
  const offered = tags?.answer === 'listed' ? orderTags(tags.tags, repository.tags[0] ?? '') : []
  const missing = tags?.answer === 'listed' && tags.complete && tag !== '' && !tags.tags.includes(tag)
  const run = async () => {
    setFailure(undefined)
    setProgress(Object.fromEntries(chosen.map((id) => [id, { message: '' }])))
    const target = await targetOf(project)
    const items = chosen.map((id) => ({ target, workload: nameOf(id), wishes: [wishFor(repository, tag)] }))
    const options = { stopOnFailure: stop, ...(waves && { firstWave: 1 }) }
    for await (const event of setImages(items, options)) {
      const index = event.step === 'result' ? event.result.index : event.index
      const id = chosen[index] ?? ''
      const next: Progress =
        event.step === 'result'
          ? { message: endOf(event.result, texts), result: event.result }
          : { message: told(event.event, texts) }
      setProgress((before) => ({ ...before, [id]: next }))
    }
  }
  const running = progress !== undefined && Object.values(progress).some(({ result }) => result === undefined)
  const columns: Column<string>[] = [
    {
      label: texts.many.selectAll,
      heading: (
        <input
          type="checkbox"
          aria-label={texts.many.selectAll}
          checked={left.size === 0}
          disabled={running}
          onChange={() => setLeft(left.size === 0 ? new Set(all) : new Set())}
        />
      ),
      tight: true,
      cell: (id) => (
        <input
          type="checkbox"
          aria-label={texts.many.choose(id)}
          checked={!left.has(id)}
          disabled={running}
          onChange={() => setLeft(toggled(left, id))}
        />
      ),
    },
    {
      label: texts.workloads.columns.name,
      cell: (id) => (
        <>
          <Link href={`/p/${project}/workload/${id}`}>{nameOf(id).name}</Link>{' '}
          <span class="hint">{nameOf(id).namespace}</span>
        </>
      ),
    },
    {
      label: texts.workload.image,
      cell: (id) =>
        repository.uses
          .filter(({ workloadId }) => workloadId === id)
          .map(({ container, image }) => (
            <div key={container}>
              <ImageName image={image} />
            </div>
          )),
    },
    { label: texts.workload.status, cell: (id) => <ItemProgress progress={progress?.[id]} /> },
  ]
  return (
    <div class="page page-narrow stack">
      <nav class="crumbs" aria-label="breadcrumb">
        <button type="button" class="link" onClick={onBack}>
          {texts.many.back}
        </button>
      </nav>
      <h1 class="mono-title">{repository.name}</h1>
      <form
        class="panel panel-body form"
        onSubmit={(event) => {
          event.preventDefault()
          run().catch(setFailure)
        }}
      >
        <div class="row">
          <div class="field">
            <label for="new-tag">{texts.many.newTag}</label>
            <input
              id="new-tag"
              list="registry-tags"
              class="input input-mono"
              autofocus
              spellcheck={false}
              value={tag}
              aria-invalid={problem !== undefined}
              onInput={(event) => setTag(event.currentTarget.value.trim())}
            />
            <datalist id="registry-tags">
              {offered.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          </div>
          <button
            type="submit"
            class="button-primary many-go"
            disabled={running || tag === '' || problem !== undefined || chosen.length === 0}
          >
            <Icon name="tag" />
            {texts.many.go(chosen.length)}
          </button>
        </div>
        {problem !== undefined && <p class="field-problem">{problem}</p>}
        {problem === undefined && missing && (
          <p class="waits" role="status">
            {texts.change.tagMissing}
          </p>
        )}
        <label class="check">
          <input type="checkbox" checked={waves} onChange={(event) => setWaves(event.currentTarget.checked)} />
          {texts.many.waves}
        </label>
        <label class="check">
          <input type="checkbox" checked={stop} onChange={(event) => setStop(event.currentTarget.checked)} />
          {texts.many.stop}
        </label>
      </form>
      {failure !== undefined && <Failure error={failure} />}
      <section class="panel">
        <DataTable columns={columns} items={all} keyOf={(id) => id} />
      </section>
    </div>
  )
}

function ItemProgress({ progress }: { progress: Progress | undefined }) {
  const texts = useTexts()
  if (!progress) return null
  const { result, message } = progress
  if (!result) return <StateMark state="progressing" label={message || texts.many.waiting} />
  if ('skipped' in result) return <StateMark state="skipped" label={message} />
  return <StateMark state={isFailure(result) ? 'failed' : 'succeeded'} label={message} />
}

function endOf(result: ItemResult, texts: Texts): string {
  if ('skipped' in result) return texts.many.skipped
  return 'error' in result ? result.error.message : wordsOfVerdict(texts, result.verdict).text
}

function told(event: RolloutEvent, texts: Texts): string {
  if (event.step === 'progress') return wordsOfProgress(texts, event).text
  return event.step === 'trouble' ? event.message : ''
}

function nameOf(id: string) {
  const [kind = '', namespace = '', name = ''] = id.split(':')
  return { kind: kind as WorkloadKind, namespace, name }
}

function wishFor({ name }: Repository, tag: string) {
  return { select: { by: 'repository' as const, repository: name }, image: { by: 'tag' as const, tag } }
}

function problemOf({ name }: Repository, tag: string): string | undefined {
  try {
    withTag(parseImageReference(name), tag)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}
