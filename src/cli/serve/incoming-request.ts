import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { HeaderMap, type HttpRequest } from '../../model/http.ts'

/** Raised when a body exceeds the listener's limit. The listener answers 413 in any case. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** A request from a socket. The body is read on demand, up to `maxBody` bytes. */
export class IncomingRequest implements HttpRequest {
  readonly method: string
  readonly url: string
  readonly #message: IncomingMessage
  readonly #maxBody: number
  readonly #aborting = new AbortController()
  #headers: HeaderMap | undefined
  #body: ReadableStream<Uint8Array> | undefined
  #tooLarge = false

  /** `url` is absolute. */
  constructor(message: IncomingMessage, url: string, maxBody: number) {
    this.#message = message
    this.#maxBody = maxBody
    this.method = message.method ?? 'GET'
    this.url = url
  }

  get headers(): HeaderMap {
    if (this.#headers) return this.#headers
    const headers = new HeaderMap()
    const raw = this.#message.rawHeaders
    for (let index = 0; index + 1 < raw.length; index += 2) headers.append(raw[index] ?? '', raw[index + 1] ?? '')
    return (this.#headers = headers)
  }

  get signal(): AbortSignal {
    return this.#aborting.signal
  }

  abort(reason: Error): void {
    this.#aborting.abort(reason)
  }

  /** The declared length exceeds `maxBody`, or a read did. */
  get tooLarge(): boolean {
    return this.#tooLarge || Number(this.#message.headers['content-length'] ?? 0) > this.#maxBody
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (!this.#hasBody()) return null
    this.#body ??= Readable.toWeb(Readable.from(this.#chunks())) as ReadableStream<Uint8Array>
    return this.#body
  }

  async text(): Promise<string> {
    return (await this.#bytes()).toString('utf8')
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.#bytes()
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  }

  #hasBody(): boolean {
    const { headers } = this.#message
    return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  }

  /** Events cost a third of iterating the message. */
  #bytes(): Promise<Buffer> {
    if (!this.#hasBody()) return Promise.resolve(Buffer.alloc(0))
    const message = this.#message
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let length = 0
      message.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length <= this.#maxBody) chunks.push(chunk)
        else reject(this.#refuse())
      })
      message.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
      message.once('error', reject)
    })
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    let length = 0
    // the connection is still needed for the response, even if reading stops early
    for await (const chunk of this.#message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > this.#maxBody) throw this.#refuse()
      yield chunk
    }
  }

  #refuse(): BodyTooLarge {
    this.#tooLarge = true
    return new BodyTooLarge(`the body is longer than ${this.#maxBody} bytes`)
  }
}
