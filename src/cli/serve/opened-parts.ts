/** A stack of resources, closed in reverse order. Node 20 has no AsyncDisposableStack. */
export class OpenedParts implements AsyncDisposable {
  #closers: (() => unknown)[] = []

  use<T extends AsyncDisposable>(part: T): T {
    this.defer(() => part[Symbol.asyncDispose]())
    return part
  }

  defer(close: () => unknown): void {
    this.#closers.push(close)
  }

  /** Transfers ownership: the returned stack closes them. */
  move(): OpenedParts {
    const moved = new OpenedParts()
    moved.#closers = this.#closers
    this.#closers = []
    return moved
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) await close()
  }
}
