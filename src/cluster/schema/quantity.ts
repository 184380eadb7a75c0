/** A resource quantity in units of 10^-9, Kubernetes' smallest, and the way it was written. */
export interface Quantity {
  nanos: bigint
  format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent'
}

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*)([+-]?\d*)$/
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 }
const decimalSuffixes = new Map(Object.entries(decimal).map(([suffix, power]) => [power, suffix]))

/** The quantity of `500m`, `1Gi`, `1e3` or a number; undefined for what is none. Finer parts than nano are rounded up. */
export function parseQuantity(value: string | number): Quantity | undefined {
  const match = pattern.exec(String(value))
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', letters = '', digits = ''] = match
  if (whole === '' && fraction === '') return undefined
  const scale = scaleOf(letters, digits)
  if (!scale) return undefined
  const { power, factor, format } = scale
  const shift = BigInt(power + 9 - fraction.length)
  const unscaled = BigInt(whole + fraction) * factor
  const magnitude = shift >= 0n ? unscaled * 10n ** shift : roundUp(unscaled, 10n ** -shift)
  return { nanos: sign === '-' ? -magnitude : magnitude, format }
}

interface Scale {
  power: number
  factor: bigint
  format: Quantity['format']
}

function scaleOf(letters: string, digits: string): Scale | undefined {
  if ((letters === 'e' || letters === 'E') && /^[+-]?\d+$/.test(digits)) {
    return { power: Number(digits), factor: 1n, format: 'DecimalExponent' }
  }
  if (digits !== '') return undefined
  const thousands = binary[letters]
  if (thousands !== undefined) return { power: 0, factor: 1024n ** BigInt(thousands), format: 'BinarySI' }
  const power = decimal[letters]
  return power === undefined ? undefined : { power, factor: 1n, format: 'DecimalSI' }
}

function roundUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor
}

const one = 10n ** 9n

/** As Kubernetes writes it back: `1024Mi` is `1Gi`, `0.5` is `500m`, `1000` is `1k`. */
export function printQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0'
  const magnitude = nanos < 0n ? -nanos : nanos
  const sign = nanos < 0n ? '-' : ''
  // what is no whole number is written as a decimal, so that nothing is lost (apimachinery's CanonicalizeBytes)
  const isBinary = format === 'BinarySI' && magnitude >= 1024n * one && magnitude % one === 0n
  if (isBinary) return sign + printBinary(magnitude / one)
  let power = -9
  let mantissa = magnitude
  while (mantissa % 1000n === 0n && power < 18) {
    mantissa /= 1000n
    power += 3
  }
  if (format === 'DecimalExponent') return `${sign}${mantissa}${power === 0 ? '' : `e${power}`}`
  return `${sign}${mantissa}${decimalSuffixes.get(power) ?? ''}`
}

function printBinary(value: bigint): string {
  const suffixes = ['', ...Object.keys(binary)]
  let index = 0
  let mantissa = value
  while (mantissa % 1024n === 0n && index < suffixes.length - 1) {
    mantissa /= 1024n
    index += 1
  }
  return `${mantissa}${suffixes[index]}`
}
