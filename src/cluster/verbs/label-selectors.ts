import * as refusals from '../refusals.ts'

export type Labels = Readonly<Record<string, string>>
export type LabelMatcher = (labels: Labels) => boolean

const everything: LabelMatcher = () => true

interface Token {
  kind: 'word' | 'operator' | 'end'
  text: string
}

type Operator = '=' | '==' | '!=' | 'in' | 'notin' | '>' | '<' | 'exists' | '!'

const operators = new Set(['=', '==', '!=', 'in', 'notin', '>', '<'])

/** Parses `app=web,tier in (a,b),!canary` as Kubernetes does. Raises 400 with its message. */
export function parseLabelSelector(text: string): LabelMatcher {
  const matchers = new Parser(text).parse()
  if (matchers.length === 0) return everything
  return (labels) => matchers.every((matches) => matches(labels))
}

class Parser {
  readonly #tokens: Token[]
  #next = 0

  constructor(text: string) {
    this.#tokens = tokenize(text)
  }

  parse(): LabelMatcher[] {
    const matchers: LabelMatcher[] = []
    for (;;) {
      const { kind, text } = this.#peek()
      if (kind === 'end') return matchers
      if (kind !== 'word' && text !== '!') {
        throw refusals.badRequest(`found '${text}', expected: !, identifier, or 'end of string'`)
      }
      matchers.push(this.#requirement())
      const separator = this.#take()
      if (separator.kind === 'end') return matchers
      if (separator.text !== ',') {
        throw refusals.badRequest(`found '${separator.text}', expected: ',' or 'end of string'`)
      }
      const after = this.#peek()
      if (after.kind !== 'word' && after.text !== '!') {
        throw refusals.badRequest(`found '${after.text}', expected: identifier after ','`)
      }
    }
  }

  #requirement(): LabelMatcher {
    const negated = this.#peek().text === '!'
    if (negated) this.#next++
    const { kind, text: key } = this.#take()
    if (kind !== 'word') throw unparsable(`found '${key}', expected: identifier`)
    checkKey(key)
    const { kind: following, text } = this.#peek()
    if (negated) return matcher(key, '!', [])
    if (following === 'end' || text === ',') return matcher(key, 'exists', [])
    const operator = this.#operator()
    const values = operator === 'in' || operator === 'notin' ? this.#values() : [this.#exactValue()]
    checkValues(key, operator, values)
    return matcher(key, operator, values)
  }

  #operator(): Operator {
    const { text } = this.#take()
    if (operators.has(text)) return text as Operator
    throw unparsable(`found '${text}', expected: '=', '!=', '==', 'in', notin'`)
  }

  #exactValue(): string {
    const { kind, text } = this.#peek()
    if (kind === 'end' || text === ',') return ''
    this.#next++
    if (kind === 'word') return text
    throw unparsable(`found '${text}', expected: identifier`)
  }

  #values(): string[] {
    const open = this.#take().text
    if (open !== '(') throw unparsable(`found '${open}' expected: '('`)
    const values: string[] = []
    for (;;) {
      const { kind, text } = this.#take()
      if (kind === 'word') {
        values.push(text)
        const after = this.#take().text
        if (after === ')') return values
        if (after !== ',') throw unparsable(`found '${after}', expected: ',' or ')'`)
      } else if (text === ',' || text === ')') {
        values.push('')
        if (text === ')') return values
      } else {
        throw unparsable(`found '${text}', expected: ',', ')' or identifier`)
      }
      if (this.#peek().text === ')') {
        this.#next++
        values.push('')
        return values
      }
    }
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token
  }

  #take(): Token {
    const token = this.#peek()
    if (token.kind !== 'end') this.#next++
    return token
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (const [word] of text.matchAll(/==|!=|[=!<>(),]|[^\s=!<>(),]+/g)) {
    const isOperator = operators.has(word) || '!(),'.includes(word)
    tokens.push({ kind: isOperator && !isWordOperator(word) ? 'operator' : 'word', text: word })
  }
  tokens.push({ kind: 'end', text: '' })
  return tokens
}

/** `in` and `notin` are also valid label names. */
function isWordOperator(word: string): boolean {
  return word === 'in' || word === 'notin'
}

function unparsable(why: string) {
  return refusals.badRequest(`unable to parse requirement: ${why}`)
}

const namePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const domainPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const nameText = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`
const prefixText = `prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`
const qualifiedText = `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`
const valueText = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`

function checkKey(key: string): void {
  const problems = keyProblems(key)
  if (problems.length === 0) return
  throw unparsable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problems.join('; ')}`)
}

function keyProblems(key: string): string[] {
  const parts = key.split('/')
  if (parts.length > 2) return [qualifiedText]
  const name = parts.at(-1) as string
  const problems: string[] = []
  if (parts.length === 2 && parts[0] === '') problems.push('prefix part must be non-empty')
  else if (parts.length === 2 && !domainPattern.test(parts[0] as string)) problems.push(prefixText)
  if (name === '') problems.push('name part must be non-empty')
  else if (name.length > 63) problems.push('name part must be no more than 63 characters')
  if (!namePattern.test(name)) problems.push(nameText)
  return problems
}

function checkValues(key: string, operator: Operator, values: readonly string[]): void {
  for (const [index, value] of values.entries()) {
    if ((operator === '>' || operator === '<') && !/^[-+]?\d+$/.test(value)) {
      const why = "for 'Gt', 'Lt' operators, the value must be an integer"
      throw unparsable(`values[${index}]: Invalid value: ${JSON.stringify(value)}: ${why}`)
    }
    const problems: string[] = []
    if (value.length > 63) problems.push('must be no more than 63 characters')
    if (value !== '' && !namePattern.test(value)) problems.push(valueText)
    if (problems.length === 0) continue
    throw unparsable(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problems.join('; ')}`)
  }
}

function matcher(key: string, operator: Operator, values: readonly string[]): LabelMatcher {
  const wanted = new Set(values)
  switch (operator) {
    case 'exists':
      return (labels) => labels[key] !== undefined
    case '!':
      return (labels) => labels[key] === undefined
    case '=':
    case '==':
    case 'in':
      return (labels) => labels[key] !== undefined && wanted.has(labels[key])
    case '!=':
    case 'notin':
      return (labels) => labels[key] === undefined || !wanted.has(labels[key])
    case '>':
      return (labels) => isInteger(labels[key]) && Number(labels[key]) > Number(values[0])
    case '<':
      return (labels) => isInteger(labels[key]) && Number(labels[key]) < Number(values[0])
    default:
      return operator satisfies never
  }
}

function isInteger(value: string | undefined): boolean {
  return value !== undefined && /^[-+]?\d+$/.test(value)
}
