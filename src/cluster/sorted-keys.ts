/** A set of keys kept in order. Adding costs a binary search and a move of memory, which is cheap up to a million keys. */
export class SortedKeys {
  #keys: string[] = []

  load(keys: string[]): void {
    this.#keys = keys.sort(compareKeys)
  }

  add(key: string): void {
    const index = this.#firstFrom(key)
    if (this.#keys[index] !== key) this.#keys.splice(index, 0, key)
  }

  delete(key: string): void {
    const index = this.#firstFrom(key)
    if (this.#keys[index] === key) this.#keys.splice(index, 1)
  }

  withPrefix(prefix: string): string[] {
    if (prefix === '') return this.#keys
    const from = this.#firstFrom(prefix)
    return this.#keys.slice(from, this.#firstFrom(`${prefix}\uffff`))
  }

  #firstFrom(key: string): number {
    let [low, high] = [0, this.#keys.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#keys[middle] as string) < key) low = middle + 1
      else high = middle
    }
    return low
  }
}

function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
