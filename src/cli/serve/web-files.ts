import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { HeaderMap, httpResponse, type HttpRequest, type HttpResponse } from '../../model/http.ts'

/** The build output of `web/`. */
export interface WebFiles {
  page: string
  /** Undefined if the path is not one of the files. */
  answer(request: HttpRequest): HttpResponse | undefined
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** In order of preference: the Accept-Encoding token and the file extension of the build. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** The console next to the bundle or in the checkout; undefined if it is not built. */
export async function readWebFiles(): Promise<WebFiles | undefined> {
  for (const folder of ['../web', '../../../dist/web']) {
    const found = await readFolder(join(import.meta.dirname, folder))
    if (found) return found
  }
  return undefined
}

async function readFolder(folder: string): Promise<WebFiles | undefined> {
  const page = await readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined)
  if (page === undefined) return undefined
  const names = await readdir(folder, { recursive: true })
  const files = new Map<string, Uint8Array>()
  for (const name of names.filter((name) => /\.(css|js|svg)(\.br|\.gz)?$/.test(name))) {
    files.set(`/${name.replaceAll('\\', '/')}`, await readFile(join(folder, name)))
  }
  return { page, answer: (request) => answer(files, request) }
}

/** The path of a file in an absolute URL. Most requests are not for files and need no URL parsing. */
const filePath = /^\w+:\/\/[^/?#]*(\/[^?#]*\.(?:css|js|svg))(?:[?#]|$)/

function answer(files: ReadonlyMap<string, Uint8Array>, { method, url, headers: asked }: HttpRequest) {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  const pathname = filePath.exec(url)?.[1]
  if (pathname === undefined) return undefined
  const plain = files.get(pathname)
  const contentType = contentTypes[extname(pathname)]
  if (!plain || contentType === undefined) return undefined
  const accepted = asked.get('accept-encoding') ?? ''
  const encoding = encodings.find(([name, ending]) => accepted.includes(name) && files.has(pathname + ending))
  const headers = new HeaderMap({
    'content-type': contentType,
    // asset names contain a hash of their content
    'cache-control': pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
    vary: 'Accept-Encoding',
    ...(encoding && { 'content-encoding': encoding[0] }),
  })
  return httpResponse((encoding && files.get(pathname + encoding[1])) ?? plain, { headers })
}
