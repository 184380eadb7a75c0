import { useState } from 'preact/hooks'
import { Link, useLocation, useSearch } from 'wouter'
import type { RolloutSnapshot } from '../../../src/model/judge/snapshot.ts'
import { DroverError } from '../../../src/model/errors.ts'
import { containersOf, type TemplateContainer } from '../../../src/model/pod-template.ts'
import { workloadKinds, type WorkloadKind } from '../../../src/model/workload-kinds.ts'
import {
  pause,
  restart,
  resume,
  type RolloutEvent,
  type Target,
  type WorkloadName,
} from '../../../src/rollout/index.ts'
import { useTexts } from '../language/language.tsx'
import { seenIn, wordsOfProgress } from '../language/rollout-words.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { DataTable, HiddenHeading, type Column } from '../parts/data-table.tsx'
import { Icon } from '../parts/icon.tsx'
import { ImageName } from '../parts/image-name.tsx'
import { Empty, Failure, Loading, Stale } from '../parts/notice.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { targetOf } from '../server/target.ts'
import { beginChange } from './begin-change.ts'
import { ChangeImageDialog } from './change-image-dialog.tsx'
import { RolloutPanel, RolloutMessage } from './rollout-panel.tsx'
import { dismissRun, followRun, useRun, type Run } from './runs.ts'
import { useReadOnly } from './use-rights.ts'
import { useSnapshot } from './use-snapshot.ts'
import { EventsTab } from './workload-events.tsx'
import { HistoryTab } from './workload-history.tsx'
import { LogsTab } from './workload-logs.tsx'
import { PodsTab } from './workload-pods.tsx'
import { YamlTab } from './workload-yaml.tsx'

/** `deployment:default:web` */
function nameOf(id: string): WorkloadName | undefined {
  const [kind = '', namespace = '', name = ''] = id.split(':')
  return kind in workloadKinds && name !== '' ? { kind: kind as WorkloadKind, namespace, name } : undefined
}

export default function WorkloadPage({ project, id }: { project: string; id: string }) {
  const texts = useTexts()
  const name = nameOf(id)
  return name ? (
    <KnownWorkload project={project} id={id} name={name} />
  ) : (
    <Empty title={texts.workload.missing}>
      <p>{texts.workload.missingHint}</p>
    </Empty>
  )
}

function KnownWorkload({ project, id, name }: { project: string; id: string; name: WorkloadName }) {
  const texts = useTexts()
  const { seen, error, refetch, dataUpdatedAt } = useSnapshot(project, name)
  const [, navigate] = useLocation()
  const changing = useSearch() === 'change'
  const path = `/p/${project}/workload/${id}`
  const key = `${project}/${id}`
  const run = useRun(key)
  const readOnly = useReadOnly(project)
  if (error instanceof DroverError && error.code === 'NOT_FOUND') {
    return (
      <Empty title={texts.workload.missing}>
        <p>{error.message}</p>
      </Empty>
    )
  }
  if (!seen) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />
  const { snapshot, judgement, revisions } = seen
  const place = { project, id, name }
  return (
    <div class="page stack">
      <WorkloadHead
        {...place}
        snapshot={snapshot}
        state={judgement.state}
        onChange={() => navigate(`${path}?change`)}
        runKey={key}
        readOnly={readOnly}
      />
      {error && <Stale since={dataUpdatedAt} />}
      {run && (
        <RolloutPanel
          run={run}
          onDismiss={() => dismissRun(key)}
          onPutBack={() => void putBack(key, project, name, run)}
        />
      )}
      {!run && judgement.state !== 'succeeded' && judgement.state !== 'unobserved' && (
        <div class="notice" role="status">
          <StateMark state={judgement.state} />
          <div class="notice-words">
            <RolloutMessage {...wordsOfProgress(texts, seenIn(judgement))} />
          </div>
        </div>
      )}
      <Containers name={name} snapshot={snapshot} />
      <section class="panel">
        <Tabs
          label={name.name}
          tabs={[
            { id: 'pods', label: texts.workload.pods, show: () => <PodsTab seen={seen} /> },
            {
              id: 'history',
              label: texts.workload.history,
              show: () => <HistoryTab {...place} runKey={key} seen={seen} readOnly={readOnly} />,
            },
            { id: 'events', label: texts.workload.events, show: () => <EventsTab {...place} snapshot={snapshot} /> },
            { id: 'logs', label: texts.workload.logs, show: () => <LogsTab {...place} snapshot={snapshot} /> },
            {
              id: 'yaml',
              label: texts.workload.yaml,
              show: () => <YamlTab {...place} runKey={key} workload={snapshot.workload} readOnly={readOnly} />,
            },
          ]}
        />
      </section>
      {changing && !readOnly && (
        <ChangeImageDialog
          {...place}
          runKey={key}
          workload={snapshot.workload}
          revisions={revisions}
          onClose={() => navigate(path, { replace: true })}
        />
      )}
    </div>
  )
}

async function putBack(key: string, project: string, name: WorkloadName, { changes }: Run): Promise<void> {
  const back = changes.map(({ container, from, to }) => ({ container, from: to, to: from }))
  await beginChange(key, await targetOf(project), name, back, {})
}

interface HeadProps {
  project: string
  id: string
  name: WorkloadName
  snapshot: RolloutSnapshot
  state: string
  runKey: string
  readOnly: boolean
  onChange: () => void
}

type Operation = (target: Target, name: WorkloadName) => AsyncGenerator<RolloutEvent, void, void>

function WorkloadHead({ project, id, name, snapshot, state, runKey, readOnly, onChange }: HeadProps) {
  const texts = useTexts()
  const [failure, setFailure] = useState<unknown>()
  const paused = (snapshot.workload.spec as { paused?: boolean } | undefined)?.paused ?? false
  const operate = (operation: Operation) => {
    setFailure(undefined)
    targetOf(project)
      .then((target) => followRun(runKey, operation(target, name)))
      .catch(setFailure)
  }
  return (
    <div>
      <nav class="crumbs" aria-label="breadcrumb">
        <Link href={`/p/${project}/workloads`}>{texts.workloads.title}</Link> / {name.namespace}
      </nav>
      <div class="page-head">
        <h1>{name.name}</h1>
        <span class="chip">{workloadKinds[name.kind].kind}</span>
        <StateMark state={paused ? 'paused' : state} />
        {readOnly && (
          <span class="chip" title={texts.workload.readOnlyWhy}>
            {texts.workload.readOnly}
          </span>
        )}
        <span class="push row">
          <a class="button" href={`/v3/project/${project}/workloads/${id}`}>
            <Icon name="code" />
            {texts.workload.viewInApi}
          </a>
          {!readOnly && (
            <>
              <button type="button" class="button" onClick={() => operate(restart)}>
                <Icon name="restart" />
                {texts.workload.restart}
              </button>
              {name.kind === 'deployment' && (
                <button type="button" class="button" onClick={() => operate(paused ? resume : pause)}>
                  <Icon name={paused ? 'play' : 'pause'} />
                  {paused ? texts.workload.resume : texts.workload.pause}
                </button>
              )}
              <button type="button" class="button-primary" onClick={onChange}>
                <Icon name="tag" />
                {texts.workload.changeImage}
              </button>
            </>
          )}
        </span>
      </div>
      {failure !== undefined && <Failure error={failure} />}
    </div>
  )
}

function Containers({ name, snapshot }: { name: WorkloadName; snapshot: RolloutSnapshot }) {
  const { workload: texts, common } = useTexts()
  const columns: Column<TemplateContainer>[] = [
    {
      label: texts.container,
      cell: ({ name: container, role }) => (
        <>
          {container} {role !== 'container' && <span class="chip">{texts.role[role]}</span>}
        </>
      ),
    },
    { label: texts.image, cell: ({ image }) => <ImageName image={image} /> },
    {
      label: common.copy,
      heading: <HiddenHeading label={common.copy} />,
      tight: true,
      cell: ({ image }) => <CopyButton text={image} what={image} />,
    },
  ]
  return (
    <section class="panel containers">
      <DataTable
        caption={texts.overview}
        columns={columns}
        items={containersOf(name.kind, snapshot.workload)}
        keyOf={({ name: container }) => container}
      />
    </section>
  )
}
