export type Labels = Readonly<Record<string, string>>

export interface LabelRequirement {
  key: string
  /** In, NotIn, Exists or DoesNotExist; of nodes also Gt and Lt. */
  operator: string
  values?: string[]
}

/** As Kubernetes' objects have it. */
export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: LabelRequirement[]
}

/** Whether labels satisfy a LabelSelector object; an absent one selects nothing, an empty one everything. */
export function selects(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (!selector) return false
  const { matchLabels = {}, matchExpressions = [] } = selector
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((requirement) => meets(requirement, labels[requirement.key]))
  )
}

/** One requirement of a label selector or of a node selector term. An unknown operator is met by nothing. */
export function meets({ operator, values = [] }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}

export function isEmptySelector(selector: LabelSelector | undefined): boolean {
  return (
    !selector ||
    (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0)
  )
}
