import { useState } from 'preact/hooks'
import type { RolloutSnapshot } from '../../../src/model/judge/snapshot.ts'
import { containersOf } from '../../../src/model/pod-template.ts'
import { undo, type Revision, type WorkloadName } from '../../../src/rollout/index.ts'
import { useTexts } from '../language/language.tsx'
import { Age } from '../parts/age.tsx'
import { DataTable, HiddenHeading, type Column } from '../parts/data-table.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { ImageName } from '../parts/image-name.tsx'
import { Empty } from '../parts/notice.tsx'
import { targetOf } from '../server/target.ts'
import { ImageDiff } from './image-diff.tsx'
import { followRun } from './runs.ts'

interface HistoryTabProps {
  project: string
  name: WorkloadName
  runKey: string
  readOnly: boolean
  seen: { snapshot: RolloutSnapshot; revisions: readonly Revision[] }
}

/** The images of each kept revision, with a way back to them. */
export function HistoryTab({ project, name, runKey, readOnly, seen }: HistoryTabProps) {
  const texts = useTexts()
  const [chosen, setChosen] = useState<Revision>()
  const { snapshot, revisions } = seen
  if (revisions.length === 0) return <Empty title={texts.workload.noHistory} />
  const goBack = async ({ revision }: Revision) => {
    setChosen(undefined)
    await followRun(runKey, undo(await targetOf(project), name, { toRevision: revision }))
  }
  const columns: Column<Revision>[] = [
    {
      label: texts.workload.revision,
      tight: true,
      class: 'number',
      cell: ({ revision, current }) => (
        <>
          {revision} {current && <span class="chip chip-accent">{texts.workload.current}</span>}
        </>
      ),
    },
    { label: texts.workload.images, cell: (revision) => <RevisionImages of={revision} /> },
    { label: texts.workload.age, tight: true, cell: ({ createdAt }) => <Age of={createdAt} /> },
    {
      label: texts.workload.undo,
      heading: <HiddenHeading label={texts.workload.undo} />,
      tight: true,
      cell: (revision) =>
        !revision.current &&
        !readOnly && (
          <button type="button" class="button button-small" onClick={() => setChosen(revision)}>
            <Icon name="undo" />
            {texts.workload.undo}
          </button>
        ),
    },
  ]
  return (
    <>
      <DataTable columns={columns} items={revisions} keyOf={({ keptIn }) => keptIn} />
      {chosen && (
        <UndoDialog
          name={name}
          snapshot={snapshot}
          revision={chosen}
          onClose={() => setChosen(undefined)}
          onGo={goBack}
        />
      )}
    </>
  )
}

function RevisionImages({ of: { images, cause } }: { of: Revision }) {
  const several = Object.keys(images).length > 1
  return (
    <>
      {Object.entries(images).map(([container, image]) => (
        <div key={container}>
          {several && <span class="hint">{container} </span>}
          <ImageName image={image} />
        </div>
      ))}
      {cause !== undefined && <div class="hint">{cause}</div>}
    </>
  )
}

interface UndoDialogProps {
  name: WorkloadName
  snapshot: RolloutSnapshot
  revision: Revision
  onClose: () => void
  onGo: (revision: Revision) => Promise<void>
}

function UndoDialog({ name, snapshot, revision, onClose, onGo }: UndoDialogProps) {
  const texts = useTexts()
  const changes = containersOf(name.kind, snapshot.workload).flatMap(({ name: container, image: from }) => {
    const to = revision.images[container]
    return to === undefined || to === from ? [] : [{ container, from, to }]
  })
  return (
    <Dialog
      title={texts.workload.undoTitle(revision.revision)}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="button" class="button-primary" autofocus onClick={() => void onGo(revision)}>
            {texts.workload.undo}
          </button>
        </>
      }
    >
      <p>{texts.workload.undoHint}</p>
      <ImageDiff changes={changes} />
    </Dialog>
  )
}
