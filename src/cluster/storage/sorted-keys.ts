/** A sorted set of keys. Adding costs a binary search and a memory move, which is cheap up to a million keys. */
export class SortedKeys {
  #keys: string[] = []
  #sorted = true

  /** Replaces the keys; they are sorted on first access. */
  load(keys: Iterable<string>): void {
    this.#keys = [...keys]
    this.#sorted = false
  }

  add(key: string): void {
    const index = this.#firstFrom(key)
    if (this.#keys[index] !== key) this.#keys.splice(index, 0, key)
  }

  delete(key: string): void {
    const index = this.#firstFrom(key)
    if (this.#keys[index] === key) this.#keys.splice(index, 1)
  }

  withPrefix(prefix: string): readonly string[] {
    if (prefix === '') return this.#ordered()
    return this.#keys.slice(this.#firstFrom(prefix), this.#firstFrom(`${prefix}\uffff`))
  }

  /** Up to `limit` keys with the prefix from `from` on, and the number of keys from there. */
  page(prefix: string, from: string, limit: number): { keys: string[]; count: number } {
    const start = this.#firstFrom(from > prefix ? from : prefix)
    const end = this.#firstFrom(`${prefix}\uffff`)
    return { keys: this.#keys.slice(start, Math.min(start + limit, end)), count: Math.max(end - start, 0) }
  }

  #ordered(): string[] {
    if (!this.#sorted) this.#keys.sort(compareKeys)
    this.#sorted = true
    return this.#keys
  }

  #firstFrom(key: string): number {
    const keys = this.#ordered()
    let [low, high] = [0, keys.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((keys[middle] as string) < key) low = middle + 1
      else high = middle
    }
    return low
  }
}

function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
