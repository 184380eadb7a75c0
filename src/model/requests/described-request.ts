/** An API request to be exported. Never contains the key. */
export interface DescribedRequest {
  method: string
  /** Absolute. */
  url: string
  /** In addition to the credential and content type. */
  headers?: Readonly<Record<string, string>>
  /** Any JSON value. Absent: no body. */
  body?: unknown
}

/** The supported export formats. */
export type RequestForm = 'curl' | 'http' | 'python' | 'javascript' | 'postman'

/** Environment variables with the credential (`token-xxxxx:secret`) and the path of the server's CA certificate. */
export const keyVariable = 'RANCHER_TOKEN'
export const caVariable = 'DROVER_CA_FILE'

export function headersOf({ headers = {}, body }: DescribedRequest): Record<string, string> {
  return { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers }
}
