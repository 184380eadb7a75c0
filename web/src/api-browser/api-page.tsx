import { useState } from 'preact/hooks'
import { Link, useLocation, useSearch } from 'wouter'
import { useTexts } from '../language/language.tsx'
import { Icon } from '../parts/icon.tsx'
import { Failure, Loading, Notice } from '../parts/notice.tsx'
import type { Resource } from '../server/v3.ts'
import '../styles/api-browser.css'
import { CollectionBar } from './collection-bar.tsx'
import { JsonTree } from './json-tree.tsx'
import type { Operation } from './operation.ts'
import { OperationDialog } from './operation-dialog.tsx'
import { useSchemas, type Schemas } from './schemas.ts'
import { isCollection, isResource, useAnswer, type Answer } from './use-answer.ts'

/** The API browser: shows the response for any URL of the API and the operations it offers. */
export default function ApiPage() {
  const [path] = useLocation()
  const search = useSearch()
  const address = search === '' ? path : `${path}?${search}`
  const { data: answer, error, refetch } = useAnswer(address)
  const schemasUrl = answer?.schemas === undefined ? undefined : scopedSchemas(path, answer.schemas)
  const { data: schemas } = useSchemas(schemasUrl)
  return (
    <div class="page stack">
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : answer ? (
        <AnswerPage
          key={address}
          address={address}
          answer={answer}
          schemas={schemas ?? new Map()}
          onReload={() => void refetch()}
        />
      ) : (
        <Loading />
      )}
    </div>
  )
}

/** URL of the schemas for an address, as named in the response header. */
function scopedSchemas(path: string, header: string): string {
  const place = /^\/v3\/(project|cluster)s?\/[^/]+(?=\/)/.exec(path)?.[0]
  return place === undefined ? header.replace(/^https?:\/\/[^/]+/, '') : `${place}/schemas`
}

interface AnswerPageProps {
  address: string
  answer: Answer
  schemas: Schemas
  onReload: () => void
}

function AnswerPage({ address, answer, schemas, onReload }: AnswerPageProps) {
  const texts = useTexts()
  const [dialog, setDialog] = useState<{ title: string; operation: Operation }>()
  const [open, setOpen] = useState<boolean>()
  const { body, status } = answer
  const readOnly = answer.headers.some(([name, value]) => name === 'x-drover-rights' && value === 'read')
  const offers = readOnly ? [] : operationsOf(body, schemas, texts)
  return (
    <>
      <AddressLine address={address} />
      <div class="page-head">
        <h1>{titleOf(body)}</h1>
        {status >= 400 && <span class="state state-bad">HTTP {status}</span>}
        <span class="push row">
          {readOnly && (
            <span class="chip" title={texts.workload.readOnlyWhy}>
              {texts.workload.readOnly}
            </span>
          )}
          {offers.map(({ title, operation, icon, danger, primary }) => (
            <button
              key={title}
              type="button"
              class={primary ? 'button-primary' : danger ? 'button button-danger' : 'button'}
              onClick={() => setDialog({ title, operation })}
            >
              {icon && <Icon name={icon} />}
              {title}
            </button>
          ))}
          <button
            type="button"
            class="button"
            onClick={() =>
              setDialog({ title: texts.api.showRequest, operation: { do: 'get', url: location.origin + address } })
            }
          >
            <Icon name="code" />
            {texts.api.showRequest}
          </button>
        </span>
      </div>
      {status >= 400 && (
        <Notice tone="bad">
          <p>{(body as { message?: string } | undefined)?.message ?? answer.text}</p>
        </Notice>
      )}
      {isCollection(body) && (
        <CollectionBar collection={body} schema={schemas.get(body.resourceType)} address={address} />
      )}
      <section class="panel">
        <div class="panel-head">
          <div class="row">
            <button type="button" class="button button-small" onClick={() => setOpen(true)}>
              {texts.api.expandAll}
            </button>
            <button type="button" class="button button-small" onClick={() => setOpen(false)}>
              {texts.api.collapseAll}
            </button>
          </div>
          <button type="button" class="button button-small" onClick={onReload}>
            <Icon name="restart" />
            {texts.api.reload}
          </button>
        </div>
        <div class="panel-body json">
          {body === undefined ? <pre>{answer.text}</pre> : <JsonTree key={String(open)} value={body} open={open} />}
        </div>
      </section>
      {dialog && <OperationDialog {...dialog} schemas={schemas} onClose={() => setDialog(undefined)} />}
    </>
  )
}

/** The address as a breadcrumb of links. */
function AddressLine({ address }: { address: string }) {
  const texts = useTexts()
  const [path = '', query] = address.split('?')
  const parts = path.split('/').filter(Boolean)
  const workload = /^\/v3\/projects?\/([^/]+)\/[a-z]+\/([a-z]+:[^/:]+:[^/:]+)$/i.exec(path)
  return (
    <nav class="row address" aria-label={texts.api.address}>
      <span class="mono">
        <span class="hint">{location.origin}</span>
        {parts.map((part, index) => (
          <span key={index}>
            /<Link href={`/${parts.slice(0, index + 1).join('/')}`}>{decodeURIComponent(part)}</Link>
          </span>
        ))}
        {query !== undefined && <span class="hint">?{query}</span>}
      </span>
      {workload && (
        <Link class="push" href={`/p/${workload[1]}/workload/${workload[2]}`}>
          {texts.api.openWorkload}
        </Link>
      )}
    </nav>
  )
}

function titleOf(body: unknown): string {
  if (isCollection(body)) return body.resourceType
  if (isResource(body))
    return typeof body['name'] === 'string' && body['name'] !== '' ? body['name'] : (body.id ?? body.type)
  return 'API'
}

interface Offer {
  title: string
  operation: Operation
  icon?: 'plus' | 'edit' | 'trash'
  danger?: boolean
  primary?: boolean
}

/** Operations offered by the response's links and actions, which reflect the caller's permissions. */
function operationsOf(body: unknown, schemas: Schemas, texts: ReturnType<typeof useTexts>): Offer[] {
  if (isCollection(body)) {
    const created = Object.entries(body.createTypes ?? {}).map(([type, url]): Offer => {
      const title = texts.api.create(type)
      return { title, icon: 'plus', primary: true, operation: { do: 'create', url, input: type } }
    })
    return [...actionsOf(body.actions, schemas.get(body.resourceType)?.collectionActions), ...created]
  }
  if (!isResource(body)) return []
  return [...actionsOf(body.actions, schemas.get(body.type)?.resourceActions), ...changesOf(body, schemas, texts)]
}

function actionsOf(actions: Record<string, string> = {}, inputs: Record<string, { input?: string }> = {}): Offer[] {
  return Object.entries(actions).map(([name, url]) => {
    const input = inputs[name]?.input
    return { title: name, operation: { do: 'action', url, name, ...(input !== undefined && { input }) } }
  })
}

function changesOf(body: Resource, schemas: Schemas, texts: ReturnType<typeof useTexts>): Offer[] {
  const { update, remove } = body.links ?? {}
  const methods = schemas.get(body.type)?.resourceMethods
  const allowed = (method: string) => methods === undefined || methods.includes(method)
  return [
    ...(update !== undefined && allowed('PUT')
      ? [
          {
            title: texts.api.edit,
            icon: 'edit' as const,
            primary: true,
            operation: { do: 'update' as const, url: update, input: body.type, base: body },
          },
        ]
      : []),
    ...(remove !== undefined && allowed('DELETE')
      ? [
          {
            title: texts.api.remove,
            icon: 'trash' as const,
            danger: true,
            operation: { do: 'delete' as const, url: remove, id: body.id ?? '' },
          },
        ]
      : []),
  ]
}
