import { httpResponse, type HttpResponse } from '../../model/http.ts'
import { StatusError } from '../../model/status.ts'
import type { AnswerForm } from './negotiation.ts'
import { internalError } from '../refusals.ts'

const jsonHeaders = { 'cache-control': 'no-cache, private', 'content-type': 'application/json' }
const yamlHeaders = { 'cache-control': 'no-cache, private', 'content-type': 'application/yaml' }
const textHeaders = {
  'cache-control': 'no-cache, private',
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
}

/** For JSON that is already serialised. */
export function answerJson(json: string, status = 200): HttpResponse {
  return httpResponse(json, { status, headers: jsonHeaders })
}

/** In the negotiated form. `json`: the serialised value, if available. */
export async function answer(form: AnswerForm, value: unknown, status = 200, json?: string): Promise<HttpResponse> {
  if (form.format === 'yaml') {
    const { dump } = await import('js-yaml')
    return httpResponse(
      dump(value, { noRefs: true, lineWidth: -1, sortKeys: true, seqNoIndent: true, quoteStyle: 'double' }),
      { status, headers: yamlHeaders },
    )
  }
  if (form.pretty) return answerJson(`${JSON.stringify(value, undefined, 2)}\n`, status)
  return answerJson(json ?? JSON.stringify(value), status)
}

export function answerText(text: string, status = 200): HttpResponse {
  return httpResponse(text, { status, headers: textHeaders })
}

/** Turns any failure into a Status. */
export async function answerError(form: AnswerForm, error: unknown): Promise<HttpResponse> {
  const refusal =
    error instanceof StatusError ? error : internalError(error instanceof Error ? error.message : String(error))
  return answer(form, refusal.status, refusal.code)
}
