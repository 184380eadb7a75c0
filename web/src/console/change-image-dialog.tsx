import { useId, useMemo, useState } from 'preact/hooks'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { containersOf, type TemplateContainer } from '../../../src/model/pod-template.ts'
import {
  planImages,
  type ImageChange,
  type Plan,
  type Revision,
  type WorkloadName,
} from '../../../src/rollout/index.ts'
import { useTexts } from '../language/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Failure, Notice } from '../parts/notice.tsx'
import { targetOf } from '../server/target.ts'
import { beginChange } from './begin-change.ts'
import { effectOfChange } from './effect-of-change.ts'
import { ImageDiff } from './image-diff.tsx'
import { ImageField } from './image-field.tsx'
import { useImageTags } from './use-image-tags.ts'

interface ChangeImageDialogProps {
  project: string
  /** `deployment:default:web` */
  id: string
  runKey: string
  name: WorkloadName
  /** Kept up to date while the dialog is open. */
  workload: KubeObject
  revisions: readonly Revision[]
  onClose: () => void
}

/** One field per container with the tag selected, plus the expected effect in words and as a diff. */
export function ChangeImageDialog({ project, id, runKey, name, workload, revisions, onClose }: ChangeImageDialogProps) {
  const texts = useTexts()
  const form = useId()
  const [shown, setShown] = useState<readonly TemplateContainer[]>(() => changeable(name, workload))
  const [wanted, setWanted] = useState<Record<string, string>>({})
  const [rollback, setRollback] = useState(true)
  const [forced, setForced] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const [refused, setRefused] = useState<ImageChange[]>([])
  const today = changeable(name, workload)
  const conflicts = refused.length > 0 ? refused : concurrentChanges(shown, today)
  const { plan, problem } = useMemo(
    () => planOf(name, workload, shown, wanted, forced),
    [name, workload, shown, wanted, forced],
  )
  const changes = plan?.changes ?? []
  const ready = changes.length > 0 && problem === undefined && !plan?.refused && conflicts.length === 0 && !busy
  const submit = async () => {
    if (!ready) return
    setBusy(true)
    setFailure(undefined)
    try {
      const target = await targetOf(project)
      const asked = shown.flatMap(({ name: container, image: from }) => {
        const to = wanted[container]
        return to === undefined || to === from ? [] : [{ container, from, to }]
      })
      const begun = await beginChange(runKey, target, name, asked, { rollbackOnFailure: rollback, forceOwned: forced })
      if (begun.begun) onClose()
      else setRefused(begun.conflict)
    } catch (error) {
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  const startOver = () => {
    setShown(today)
    setWanted({})
    setRefused([])
  }
  return (
    <Dialog
      title={texts.change.title(name.name)}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="submit" form={form} class="button-primary" disabled={!ready}>
            {texts.change.button}
          </button>
        </>
      }
    >
      <form
        id={form}
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {shown.map((container, index) => (
          <OfferedField
            key={container.name}
            project={project}
            workloadId={id}
            container={container}
            value={wanted[container.name] ?? container.image}
            onChange={(image) => setWanted({ ...wanted, [container.name]: image })}
            previous={previousImages(revisions, container)}
            first={index === 0}
          />
        ))}
      </form>
      {conflicts.length > 0 && <ConflictNotice shown={shown} conflicts={conflicts} onStartAgain={startOver} />}
      {failure !== undefined && <Failure error={failure} />}
      {problem !== undefined && Object.keys(wanted).length > 0 && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
      <Consequences
        plan={plan}
        effect={effectOfChange(texts, name.kind, workload)}
        forced={forced}
        onForce={setForced}
      />
      <label class="check">
        <input type="checkbox" checked={rollback} onChange={(event) => setRollback(event.currentTarget.checked)} />
        <span>{texts.change.rollback}</span>
      </label>
      <p class="hint">{texts.change.condition}</p>
    </Dialog>
  )
}

type OfferedFieldProps = Omit<Parameters<typeof ImageField>[0], 'tags'> & { project: string; workloadId: string }

function OfferedField({ project, workloadId, ...field }: OfferedFieldProps) {
  return <ImageField {...field} tags={useImageTags(project, workloadId, field.container.name)} />
}

interface ConsequencesProps {
  plan: Plan | undefined
  effect: string
  forced: boolean
  onForce: (forced: boolean) => void
}

function Consequences({ plan, effect, forced, onForce }: ConsequencesProps) {
  const texts = useTexts()
  if (!plan || plan.changes.length === 0) return <p class="hint">{texts.change.nothing}</p>
  return (
    <>
      <div class="form" aria-live="polite">
        <h3>{texts.change.what}</h3>
        <p>{plan.refused ? plan.refused.message : effect}</p>
        <ImageDiff changes={plan.changes} />
      </div>
      {plan.warnings.map((warning) => (
        <Notice key={warning} tone="warn">
          <p>{warning}</p>
        </Notice>
      ))}
      {(plan.refused?.reason === 'Owned' || forced) && (
        <label class="check">
          <input type="checkbox" checked={forced} onChange={(event) => onForce(event.currentTarget.checked)} />
          <span>{texts.change.forced}</span>
        </label>
      )}
    </>
  )
}

interface ConflictProps {
  shown: readonly TemplateContainer[]
  conflicts: readonly ImageChange[]
  onStartAgain: () => void
}

function ConflictNotice({ shown, conflicts, onStartAgain }: ConflictProps) {
  const texts = useTexts()
  return (
    <Notice tone="warn" title={texts.change.conflict}>
      {conflicts.map(({ container, from: theirs }) => (
        <dl key={container} class="sides">
          <dt>{texts.change.yours}</dt>
          <dd class="mono">{shown.find(({ name }) => name === container)?.image}</dd>
          <dt>{texts.change.theirs}</dt>
          <dd class="mono">{theirs}</dd>
        </dl>
      ))}
      <button type="button" class="button" onClick={onStartAgain}>
        {texts.change.takeTheirs}
      </button>
    </Notice>
  )
}

function changeable({ kind }: WorkloadName, workload: KubeObject): TemplateContainer[] {
  return containersOf(kind, workload).filter(({ role }) => role !== 'ephemeral')
}

function concurrentChanges(shown: readonly TemplateContainer[], today: readonly TemplateContainer[]): ImageChange[] {
  return shown.flatMap(({ name: container, image: to, role }) => {
    const now = today.find(({ name }) => name === container)
    return now && now.image !== to ? [{ container, role, from: now.image, to }] : []
  })
}

function planOf(
  name: WorkloadName,
  workload: KubeObject,
  shown: readonly TemplateContainer[],
  wanted: Readonly<Record<string, string>>,
  forceOwned: boolean,
): { plan?: Plan; problem?: string } {
  const wishes = shown.flatMap(({ name: container, image: from }) => {
    const image = wanted[container]
    if (image === undefined || image === from) return []
    return [{ select: { by: 'name' as const, name: container }, image: { by: 'reference' as const, image } }]
  })
  try {
    return { plan: planImages(name, workload, wishes, { forceOwned }) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

const offered = 6

/** Images of this container in the kept revisions, newest first. */
function previousImages(revisions: readonly Revision[], { name, image }: TemplateContainer): string[] {
  const had = revisions.flatMap(({ images }) => images[name] ?? [])
  return [...new Set(had)].filter((one) => one !== image).slice(0, offered)
}
