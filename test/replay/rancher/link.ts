import { setMaxListeners } from 'node:events'
import { DroverError } from '../../../src/model/errors.ts'
import { httpResponse, type Fetch } from '../../../src/model/http.ts'

/** The server's connection to its cluster, which can be cut. */
export class Link {
  readonly fetch: Fetch
  #down = false
  #cut = severable()

  constructor(fetch: Fetch) {
    this.fetch = async (request) => {
      if (this.#down) throw refused()
      const answer = await fetch(request)
      if (!answer.body || !request.url.includes('watch=true')) return answer
      return httpResponse(answer.body.pipeThrough(new TransformStream(), this.#cut), answer)
    }
  }

  /** Ends watches; from now on nothing is answered. */
  cut(): void {
    this.#down = true
    this.#cut.abort(refused())
    this.#cut = severable()
  }

  mend(): void {
    this.#down = false
  }
}

/** As many watches as a server has may listen to it. */
function severable(): AbortController {
  const cut = new AbortController()
  setMaxListeners(0, cut.signal)
  return cut
}

function refused(): DroverError {
  return new DroverError('UNREACHABLE', 'connection refused')
}
