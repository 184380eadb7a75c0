import { curlRequest } from './curl.ts'
import type { DescribedRequest, RequestForm } from './described-request.ts'
import { httpText } from './http.ts'
import { javascriptRequest } from './javascript.ts'
import { postmanCollection } from './postman.ts'
import { pythonRequest } from './python.ts'

const writers: Record<RequestForm, (request: DescribedRequest) => string> = {
  curl: curlRequest,
  http: httpText,
  python: pythonRequest,
  javascript: javascriptRequest,
  postman: postmanCollection,
}

/** The request in the given format, ready to run with the key in the environment. */
export function writeRequest(form: RequestForm, request: DescribedRequest): string {
  return writers[form](request)
}

export const requestForms = Object.keys(writers) as readonly RequestForm[]
