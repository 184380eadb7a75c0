import { useId, useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { Icon } from '../parts/icon.tsx'
import { JsonField } from './json-field.tsx'
import { isDocument, type Document } from './merge.ts'
import { isExpected, shapeOf, writableFields, type Schema, type SchemaField, type Schemas } from './schemas.ts'

export interface FormContext {
  schemas: Schemas
  operation: 'create' | 'update'
}

interface ObjectFieldsProps {
  context: FormContext
  schema: Schema
  value: Document
  onChange: (value: Document) => void
  /** Field that the server rejected; its message is shown beside it. */
  problemField?: string | undefined
}

/** A form for an object of a schema. Unset fields stay in a list below until added. */
export function ObjectFields({ context, schema, value, onChange, problemField }: ObjectFieldsProps) {
  const texts = useTexts()
  const [all, setAll] = useState(false)
  const fields = writableFields(schema, context.operation)
  const isSet = ([name, field]: [string, SchemaField]) =>
    (value[name] !== undefined && value[name] !== null) || (context.operation === 'create' && isExpected(name, field))
  const set = fields.filter(isSet)
  const unset = fields.filter((field) => !isSet(field))
  const show = ([name, field]: [string, SchemaField]) => (
    <Field
      key={name}
      name={name}
      field={field}
      context={context}
      value={value[name]}
      problem={name === problemField}
      onChange={(next) => {
        const { [name]: _, ...rest } = value
        onChange(next === undefined ? rest : { ...value, [name]: next })
      }}
    />
  )
  return (
    <div class="fields">
      {set.map(show)}
      {unset.length > 0 && !all && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {texts.api.moreFields(unset.length)}
        </button>
      )}
      {all && unset.map(show)}
    </div>
  )
}

interface FieldProps {
  name: string
  field: SchemaField
  context: FormContext
  value: unknown
  problem?: boolean
  onChange: (value: unknown) => void
}

function Field({ name, field, context, value, problem = false, onChange }: FieldProps) {
  const texts = useTexts()
  const id = useId()
  const { shape } = shapeOf(field.type, context.schemas)
  const nested = shape !== 'scalar'
  const input = { id, name, type: field.type, field, context, value, onChange }
  const label = (
    <>
      {name} {field.required && <span class="hint">({texts.api.required})</span>}
    </>
  )
  if (nested) {
    return (
      <details
        class="field-group"
        open={value === undefined || value === null ? isExpected(name, field) : depthIsSmall(value)}
      >
        <summary>
          {label} <span class="hint">{countText(value)}</span>
        </summary>
        <div class="field-group-body">
          <ValueField {...input} />
        </div>
      </details>
    )
  }
  return (
    <div class="field field-line">
      <label for={id}>{label}</label>
      <div>
        <ValueField {...input} problem={problem} />
      </div>
    </div>
  )
}

interface ValueFieldProps {
  id: string
  /** Name of the containing field. */
  name: string
  type: string
  field?: SchemaField
  context: FormContext
  value: unknown
  problem?: boolean
  onChange: (value: unknown) => void
}

/** The input for a type, at any depth. */
function ValueField({ id, name, type, field, context, value, problem = false, onChange }: ValueFieldProps) {
  const shape = shapeOf(type, context.schemas)
  switch (shape.shape) {
    case 'array':
      return (
        <ListField
          id={id}
          name={name}
          of={shape.of}
          field={field}
          context={context}
          value={value}
          onChange={onChange}
        />
      )
    case 'map':
      return shapeOf(shape.of, context.schemas).shape === 'scalar' ? (
        <MapField name={name} value={value} onChange={onChange} />
      ) : (
        <JsonField id={id} value={value} onChange={onChange} />
      )
    case 'object':
      return (
        <ObjectFields
          context={context}
          schema={shape.schema}
          value={isDocument(value) ? value : {}}
          onChange={onChange}
        />
      )
    case 'scalar':
      return <ScalarField id={id} type={shape.type} field={field} value={value} problem={problem} onChange={onChange} />
    default:
      return shape satisfies never
  }
}

interface ScalarFieldProps {
  id: string
  type: string
  field: SchemaField | undefined
  value: unknown
  problem: boolean
  onChange: (value: unknown) => void
}

function ScalarField({ id, type, field, value, problem, onChange }: ScalarFieldProps) {
  const texts = useTexts()
  const options = type === 'boolean' ? ['true', 'false'] : type === 'enum' ? field?.options : undefined
  if (options) {
    return (
      <select
        id={id}
        class="select"
        value={plainText(value)}
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.value
          onChange(chosen === '' ? undefined : type === 'boolean' ? chosen === 'true' : chosen)
        }}
      >
        <option value="">{texts.api.unset}</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    )
  }
  if (type === 'json') return <JsonField id={id} value={value} onChange={onChange} />
  const isNumber = type === 'int' || type === 'float' || type === 'intOrString'
  return (
    <input
      id={id}
      class="input input-mono"
      {...(type === 'password' ? { type: 'password' as const } : { type: 'text' as const })}
      inputMode={type === 'int' ? 'numeric' : 'text'}
      placeholder={texts.api.unset}
      spellcheck={false}
      aria-invalid={problem}
      value={plainText(value)}
      onInput={({ currentTarget }) => {
        const text = currentTarget.value
        onChange(text === '' ? undefined : isNumber ? numberOf(text) : text)
      }}
    />
  )
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

/** Text that is not a number stays text, so that the server reports the error. */
function numberOf(text: string): string | number {
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? text : number
}

interface ListFieldProps {
  id: string
  name: string
  of: string
  field: SchemaField | undefined
  context: FormContext
  value: unknown
  onChange: (value: unknown) => void
}

function ListField({ id, name, of, field, context, value, onChange }: ListFieldProps) {
  const texts = useTexts()
  const items: unknown[] = Array.isArray(value) ? value : []
  const isObject = shapeOf(of, context.schemas).shape === 'object'
  const put = (index: number, item: unknown) => onChange(items.map((one, at) => (at === index ? item : one)))
  return (
    <div class="items">
      {items.map((item, index) => (
        <div
          class={isObject ? 'item item-object' : 'item'}
          key={index}
          role={isObject ? 'group' : undefined}
          aria-label={isObject ? `${name} ${index + 1}` : undefined}
        >
          <div class="item-value">
            {isObject && <h4 class="item-title">{titleOf(item, index)}</h4>}
            <ValueField
              id={`${id}-${index}`}
              name={name}
              type={of}
              {...(field && { field })}
              context={context}
              value={item}
              onChange={(next) => put(index, next ?? '')}
            />
          </div>
          <button
            type="button"
            class="button-quiet button-icon"
            aria-label={`${texts.api.removeItem}: ${titleOf(item, index)}`}
            onClick={() => onChange(items.filter((_, at) => at !== index))}
          >
            <Icon name="trash" />
          </button>
        </div>
      ))}
      <AddButton what={name} onClick={() => onChange([...items, isObject ? {} : ''])} />
    </div>
  )
}

function AddButton({ what, onClick }: { what: string; onClick: () => void }) {
  const texts = useTexts()
  return (
    <button type="button" class="button button-small" aria-label={`${texts.api.addItem}: ${what}`} onClick={onClick}>
      <Icon name="plus" />
      {texts.api.addItem}
    </button>
  )
}

interface MapFieldProps {
  name: string
  value: unknown
  onChange: (value: unknown) => void
}

function MapField({ name: field, value, onChange }: MapFieldProps) {
  const texts = useTexts()
  const [rows, setRows] = useState<readonly [string, string][]>(() =>
    Object.entries(isDocument(value) ? value : {}).map(([name, one]) => [name, plainText(one)]),
  )
  const put = (next: readonly [string, string][]) => {
    setRows(next)
    onChange(Object.fromEntries(next.filter(([name]) => name !== '')))
  }
  return (
    <div class="items">
      {rows.map(([name, one], index) => (
        <div class="item" key={index}>
          <input
            class="input input-mono"
            aria-label={texts.api.key}
            spellcheck={false}
            value={name}
            onInput={({ currentTarget }) =>
              put(rows.map((row, at) => (at === index ? [currentTarget.value, one] : row)))
            }
          />
          <input
            class="input input-mono"
            aria-label={`${texts.api.value}: ${name}`}
            spellcheck={false}
            value={one}
            onInput={({ currentTarget }) =>
              put(rows.map((row, at) => (at === index ? [name, currentTarget.value] : row)))
            }
          />
          <button
            type="button"
            class="button-quiet button-icon"
            aria-label={`${texts.api.removeItem}: ${name}`}
            onClick={() => put(rows.filter((_, at) => at !== index))}
          >
            <Icon name="trash" />
          </button>
        </div>
      ))}
      <AddButton what={field} onClick={() => setRows([...rows, ['', '']])} />
    </div>
  )
}

function titleOf(item: unknown, index: number): string {
  const name = isDocument(item) ? item['name'] : item
  return typeof name === 'string' && name !== '' ? name : `${index + 1}`
}

function countText(value: unknown): string {
  if (Array.isArray(value)) return `(${value.length})`
  return isDocument(value) ? `(${Object.keys(value).length})` : ''
}

function depthIsSmall(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.length <= 4 : Object.keys(value as object).length <= 6
}
