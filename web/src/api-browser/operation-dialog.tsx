import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/notice.tsx'
import { request as send } from '../server/v3.ts'
import { AnswerView } from './answer-view.tsx'
import { ConflictView } from './conflict-view.tsx'
import { ObjectFields } from './fields.tsx'
import { FollowedRollout } from './followed-rollout.tsx'
import { JsonField } from './json-field.tsx'
import { changesBetween, rebase, type Document } from './merge.ts'
import { requestFor, type Operation } from './operation.ts'
import { RequestView } from './request-view.tsx'
import type { Schemas } from './schemas.ts'
import { readAnswer, type Answer } from './use-answer.ts'

interface OperationDialogProps {
  operation: Operation
  schemas: Schemas
  title: string
  onClose: () => void
}

/** A form, the request it produces and its response. Nothing is sent before Send Request. */
export function OperationDialog({ operation: begun, schemas, title, onClose }: OperationDialogProps) {
  const texts = useTexts()
  const queries = useQueryClient()
  const [operation, setOperation] = useState(begun)
  const [value, setValue] = useState<Document>(begun.do === 'update' ? begun.base : {})
  const [asJson, setAsJson] = useState(false)
  const [shown, setShown] = useState(begun.do === 'get' || begun.do === 'delete')
  const [theirs, setTheirs] = useState<Document>()
  const [answer, setAnswer] = useState<Answer>()
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const input = 'input' in operation && operation.input !== undefined ? schemas.get(operation.input) : undefined
  const request = requestFor(operation, value)
  const idle = operation.do === 'update' && Object.keys(request.body as Document).length === 0
  const submit = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      const latest = operation.do === 'update' ? await latestIfChanged(operation) : undefined
      setTheirs(latest)
      if (latest) return
      setShown(true)
      setAnswer(await readAnswer(await send(request.method, request.url, { body: request.body })))
      await queries.invalidateQueries({ queryKey: ['answer'] })
    } catch (error) {
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  const continueWithLatest = () => {
    if (!theirs || operation.do !== 'update') return
    setValue(rebase(operation.base, value, theirs) as Document)
    setOperation({ ...operation, base: theirs })
    setTheirs(undefined)
  }
  return (
    <Dialog
      wide
      title={title}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={onClose}>
            {answer ? texts.common.close : texts.common.cancel}
          </button>
          {!shown && (
            <button type="button" class="button" disabled={idle} onClick={() => setShown(true)}>
              {texts.api.showRequest}
            </button>
          )}
          <button
            type="button"
            class={operation.do === 'delete' ? 'button button-danger' : 'button-primary'}
            disabled={idle || busy || theirs !== undefined}
            onClick={() => void submit()}
          >
            {texts.api.sendRequest}
          </button>
        </>
      }
    >
      {operation.do === 'delete' && <p>{texts.api.removeHint}</p>}
      {input && (
        <div class="form">
          <button type="button" class="link form-switch" onClick={() => setAsJson(!asJson)}>
            {asJson ? texts.api.asFields : texts.api.asJson}
          </button>
          {asJson ? (
            <JsonField id="whole" value={value} onChange={(next) => setValue((next ?? {}) as Document)} />
          ) : (
            <ObjectFields
              key={operation.do === 'update' ? JSON.stringify(operation.base) : 'new'}
              context={{ schemas, operation: operation.do === 'update' ? 'update' : 'create' }}
              schema={input}
              value={value}
              problemField={(answer?.body as { fieldName?: string } | undefined)?.fieldName}
              onChange={setValue}
            />
          )}
        </div>
      )}
      {idle && <p class="hint">{texts.api.nothingChanged}</p>}
      {theirs && operation.do === 'update' && (
        <ConflictView base={operation.base} mine={value} theirs={theirs} onContinue={continueWithLatest} />
      )}
      {shown && !idle && <RequestView request={request} />}
      {failure !== undefined && <Failure error={failure} />}
      {answer && <AnswerView answer={answer} />}
      {answer && answer.status < 300 && <FollowedRollout address={request.url} />}
    </Dialog>
  )
}

/** The current object, if it is no longer the one the form started from. */
async function latestIfChanged({ url, base }: Extract<Operation, { do: 'update' }>): Promise<Document | undefined> {
  const { status, body } = await readAnswer(await send('GET', url))
  return status === 200 && changesBetween(base, body as Document).length > 0 ? (body as Document) : undefined
}
