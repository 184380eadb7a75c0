import { type Fields, fieldsOf, isFields, listOf, removeAt } from './rows.ts'

/** Of the template: where the pods serve metrics, as JSON. */
export const metricsAnnotation = 'field.cattle.io/workloadMetrics'

/** Nothing where the annotation is absent or cannot be read. */
export function readMetrics(annotations: Fields): { workloadMetrics?: Fields[] } {
  const text = annotations[metricsAnnotation]
  if (typeof text !== 'string') return {}
  try {
    const metrics: unknown = JSON.parse(text)
    return Array.isArray(metrics) ? { workloadMetrics: metrics.filter(isFields) } : {}
  } catch {
    return {}
  }
}

/** Without any the annotation goes. */
export function writeMetrics(template: Fields, wanted: unknown): void {
  const metrics = listOf(wanted).map(({ path, port, schema }) => ({ path, port, schema }))
  const metadata = fieldsOf(template['metadata'])
  template['metadata'] = metadata
  if (metrics.length > 0) {
    metadata['annotations'] = { ...fieldsOf(metadata['annotations']), [metricsAnnotation]: JSON.stringify(metrics) }
    return
  }
  delete fieldsOf(metadata['annotations'])[metricsAnnotation]
  if (Object.keys(fieldsOf(metadata['annotations'])).length === 0) removeAt(template, 'metadata.annotations')
}
