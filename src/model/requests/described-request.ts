/** A request to an API with a key, to be written down for others to make: never the key itself. */
export interface DescribedRequest {
  method: string
  /** Absolute. */
  url: string
  /** Besides the credential and the content type. */
  headers?: Readonly<Record<string, string>>
  /** Any JSON value; absent: no body. */
  body?: unknown
}

/** The forms in which a request can be written down. */
export type RequestForm = 'curl' | 'http' | 'python' | 'javascript' | 'postman'

/** Where the credential (`token-xxxxx:secret`) and the file with the server's CA certificate are found: in the environment. */
export const keyVariable = 'RANCHER_TOKEN'
export const caVariable = 'DROVER_CA_FILE'

export function headersOf({ headers = {}, body }: DescribedRequest): Record<string, string> {
  return { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers }
}
