/**
 * An HTTP exchange as a function. The embedded cluster is a `Fetch`, the v3 server is one and takes one, the clients
 * take one.
 * The types are the subset of the Web's `Request` and `Response` that Drover uses, so standard objects fit.
 * `httpRequest` and `httpResponse` avoid the global `Request`: touching it loads Node's fetch implementation, 37 ms at
 * start and 30 µs per object (docs/decisions/0001-a-light-seam.md).
 */
export type Fetch = (request: HttpRequest) => Promise<HttpResponse>

export interface HttpHeaders {
  get(name: string): string | null
  has(name: string): boolean
  [Symbol.iterator](): IterableIterator<[string, string]>
}

interface HttpMessage {
  readonly headers: HttpHeaders
  readonly body: ReadableStream<Uint8Array> | null
  text(): Promise<string>
  json(): Promise<unknown>
  arrayBuffer(): Promise<ArrayBuffer>
}

export interface HttpRequest extends HttpMessage {
  readonly method: string
  /** Absolute. Servers build links from its host. */
  readonly url: string
  readonly signal: AbortSignal
}

export interface HttpResponse extends HttpMessage {
  readonly status: number
  readonly ok: boolean
}

/** Bodies are never serialised here: callers choose JSON or YAML. */
export type BodyInit = string | Uint8Array | ReadableStream<Uint8Array> | null

type HeadersInit = Headers | HttpHeaders | Readonly<Record<string, string | readonly string[] | undefined>>

/** Names are lower-cased. Values of one name stay separate, as Set-Cookie requires. */
export class HeaderMap implements HttpHeaders {
  readonly #values = new Map<string, string[]>()

  constructor(init: HeadersInit = {}) {
    if (Symbol.iterator in init) {
      for (const [name, value] of init) this.append(name, value)
      return
    }
    for (const [name, value] of Object.entries(init)) {
      if (value === undefined) continue
      for (const one of typeof value === 'string' ? [value] : value) this.append(name, one)
    }
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase())?.join(', ') ?? null
  }

  getAll(name: string): readonly string[] {
    return this.#values.get(name.toLowerCase()) ?? []
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), [value])
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase()
    const values = this.#values.get(key)
    if (values) values.push(value)
    else this.#values.set(key, [value])
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase())
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const [name, values] of this.#values) for (const value of values) yield [name, value]
  }
}

class LightMessage {
  readonly headers: HeaderMap
  /** The body as given, so that an adapter can write a string or bytes without a stream. */
  readonly source: BodyInit
  #stream: ReadableStream<Uint8Array> | undefined

  constructor(body: BodyInit, headers: HeadersInit | undefined) {
    this.source = body
    this.headers = headers instanceof HeaderMap ? headers : new HeaderMap(headers)
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (this.source === null || this.source instanceof ReadableStream) return this.source
    const bytes = typeof this.source === 'string' ? new TextEncoder().encode(this.source) : this.source
    this.#stream ??= new ReadableStream({
      start(controller) {
        controller.enqueue(bytes)
        controller.close()
      },
    })
    return this.#stream
  }

  async text(): Promise<string> {
    if (typeof this.source === 'string') return this.source
    return new TextDecoder().decode(await this.#bytes())
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.#bytes()
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  }

  async #bytes(): Promise<Uint8Array> {
    if (this.source === null) return new Uint8Array()
    if (typeof this.source === 'string') return new TextEncoder().encode(this.source)
    if (this.source instanceof Uint8Array) return this.source
    const chunks: Uint8Array[] = []
    for await (const chunk of this.source) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
}

/**
 * The whole body, or undefined if it exceeds `limit` bytes; the rest is then left unread. With a content-length it is
 * read in one piece: a stream costs a hundred microseconds.
 */
export async function readAtMost(message: HttpMessage, limit: number): Promise<string | Uint8Array | undefined> {
  const { source } = message as { source?: BodyInit }
  if (typeof source === 'string') return Buffer.byteLength(source) > limit ? undefined : source
  const announced = message.headers.get('content-length')
  if (announced !== null && Number(announced) <= limit) return new Uint8Array(await message.arrayBuffer())
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of message.body ?? []) {
    length += chunk.byteLength
    if (length > limit) return undefined
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

export interface RequestOptions {
  method?: string
  headers?: HeadersInit
  body?: BodyInit
  signal?: AbortSignal | undefined
}

class LightRequest extends LightMessage implements HttpRequest {
  readonly url: string
  readonly method: string
  #signal: AbortSignal | undefined

  constructor(url: string, { method = 'GET', headers, body = null, signal }: RequestOptions) {
    super(body, headers)
    this.url = url
    this.method = method
    this.#signal = signal
  }

  /** Never aborts if the request was given no signal. */
  get signal(): AbortSignal {
    return (this.#signal ??= new AbortController().signal)
  }
}

export function httpRequest(url: string, options: RequestOptions = {}): HttpRequest & { readonly source: BodyInit } {
  return new LightRequest(url, options)
}

class LightResponse extends LightMessage implements HttpResponse {
  readonly status: number

  constructor(status: number, body: BodyInit, headers: HeadersInit | undefined) {
    super(body, headers)
    this.status = status
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }
}

export interface ResponseOptions {
  /** Default 200. */
  status?: number
  headers?: HeadersInit
}

export function httpResponse(body: BodyInit = null, { status = 200, headers }: ResponseOptions = {}): LightResponse {
  return new LightResponse(status, body, headers)
}

/** A JSON response. `headers` may override the content type. */
export function jsonResponse(value: unknown, { status = 200, headers }: ResponseOptions = {}): LightResponse {
  const response = new LightResponse(status, JSON.stringify(value), headers)
  if (!response.headers.has('content-type')) response.headers.set('content-type', 'application/json')
  return response
}
