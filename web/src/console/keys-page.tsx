import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { useLanguage } from '../language/language.tsx'
import { Age } from '../parts/age.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { DataTable, HiddenHeading, type Column } from '../parts/data-table.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Loading, Notice } from '../parts/notice.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { dateText } from '../parts/time.ts'
import { AddKeyDialog } from './add-key-dialog.tsx'
import { lastUseOf, listKeys, revokeKey, stateOf, type Key, type NewKey } from './keys.ts'
import { useClusters, useProjects } from './places.ts'
import { ShownKeyDialog } from './shown-key-dialog.tsx'

/** The user's API keys, with expiry and scope. */
export default function KeysPage() {
  const { texts } = useLanguage()
  const queries = useQueryClient()
  const { data: keys, error, refetch } = useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => listKeys(signal) })
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<NewKey>()
  const [revoking, setRevoking] = useState<Key>()
  const [sessions, setSessions] = useState(false)
  const renew = () => void queries.invalidateQueries({ queryKey: ['keys'] })
  const shown = keys?.filter(({ isDerived }) => isDerived || sessions)
  const soon = keys?.filter((key) => stateOf(key) === 'soon') ?? []
  return (
    <div class="page page-narrow stack">
      <div class="page-head">
        <h1>{texts.keys.title}</h1>
        <button type="button" class="button-primary push" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          {texts.keys.add}
        </button>
      </div>
      <p>{texts.keys.intro}</p>
      <div class="panel panel-body row">
        <span class="hint">{texts.keys.endpoint}</span>
        <code>{location.origin}/v3</code>
        <CopyButton text={`${location.origin}/v3`} what={texts.keys.endpoint} />
      </div>
      {soon.length > 0 && (
        <Notice tone="warn">
          <p>{texts.keys.soon(soon.length, soon.map(({ name, description }) => description || name).join(', '))}</p>
        </Notice>
      )}
      <section class="panel">
        {error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : !shown ? (
          <Loading />
        ) : shown.length > 0 ? (
          <KeyTable keys={shown} onRevoke={setRevoking} />
        ) : (
          <Empty title={texts.keys.empty}>
            <p>{texts.keys.emptyHint}</p>
          </Empty>
        )}
      </section>
      <label class="check">
        <input type="checkbox" checked={sessions} onChange={(event) => setSessions(event.currentTarget.checked)} />
        {texts.keys.showSessions}
      </label>
      {adding && (
        <AddKeyDialog
          onClose={() => setAdding(false)}
          onMade={(key) => {
            setAdding(false)
            setMade(key)
            renew()
          }}
        />
      )}
      {made && <ShownKeyDialog made={made} onClose={() => setMade(undefined)} />}
      {revoking && <RevokeDialog revoked={revoking} onClose={() => setRevoking(undefined)} onDone={renew} />}
    </div>
  )
}

function KeyTable({ keys, onRevoke }: { keys: readonly Key[]; onRevoke: (key: Key) => void }) {
  const { texts, language } = useLanguage()
  const columns: Column<Key>[] = [
    {
      label: texts.keys.state,
      tight: true,
      cell: (key) => <StateMark state={stateOf(key)} label={texts.keys.states[stateOf(key)]} />,
    },
    {
      label: texts.keys.name,
      cell: ({ description, name }) => (
        <>
          <div>{description || <span class="hint">—</span>}</div>
          <code class="hint">{name}</code>
        </>
      ),
    },
    { label: texts.keys.scope, cell: (key) => <ScopeName of={key} /> },
    { label: texts.keys.created, tight: true, cell: ({ created }) => <Age of={created} /> },
    {
      label: texts.keys.lastUsed,
      tight: true,
      cell: (key) => {
        const last = lastUseOf(key)
        return last ? <Age of={last} /> : <span class="hint">{texts.keys.unused}</span>
      },
    },
    {
      label: texts.keys.expires,
      cell: ({ expiresAt }) => (expiresAt === '' ? texts.common.never : dateText(expiresAt, language)),
    },
    {
      label: texts.keys.revoke,
      heading: <HiddenHeading label={texts.keys.revoke} />,
      tight: true,
      cell: (key) =>
        !key.current && (
          <button
            type="button"
            class="button-danger button button-small"
            aria-label={`${texts.keys.revoke}: ${key.description || key.name}`}
            onClick={() => onRevoke(key)}
          >
            {texts.keys.revoke}
          </button>
        ),
    },
  ]
  return <DataTable columns={columns} items={keys} keyOf={({ id }) => id} />
}

function ScopeName({ of: { clusterId, projectId } }: { of: Key }) {
  const { texts } = useLanguage()
  const { data: projects = [] } = useProjects()
  const { data: clusters = [] } = useClusters()
  if (projectId) return <>{projects.find(({ id }) => id === projectId)?.name ?? projectId}</>
  if (clusterId) return <>{clusters.find(({ id }) => id === clusterId)?.name ?? clusterId}</>
  return <>{texts.keys.scopes.account}</>
}

function RevokeDialog({ revoked, onClose, onDone }: { revoked: Key; onClose: () => void; onDone: () => void }) {
  const { texts } = useLanguage()
  const [failure, setFailure] = useState<unknown>()
  const revoke = async () => {
    try {
      await revokeKey(revoked.id)
      onDone()
      onClose()
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <Dialog
      title={texts.keys.revokeTitle(revoked.description || revoked.name)}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="button" class="button button-danger" onClick={() => void revoke()}>
            {texts.keys.revoke}
          </button>
        </>
      }
    >
      <p>{texts.keys.revokeHint}</p>
      {failure !== undefined && <Failure error={failure} />}
    </Dialog>
  )
}
