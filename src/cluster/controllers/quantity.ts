const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** Parses a quantity (`100m`, `64Mi`, `1e3`); 0 if invalid. */
export function parseQuantity(text: string | number | undefined): number {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]{0,2})$/.exec(String(text ?? ''))
  const factor = match ? suffixes[match[2] ?? ''] : undefined
  return match && factor !== undefined ? Number(match[1]) * factor : 0
}
