import { type Fields, fieldsOf, isFields, listOf, removeAt } from './rows.ts'

/** Template annotation with the pods' metrics endpoints, as JSON. */
export const metricsAnnotation = 'field.cattle.io/workloadMetrics'

/** Undefined without the annotation; null if it is null or cannot be parsed. */
export function readMetrics(annotations: Fields): { workloadMetrics?: Fields[] | null } {
  const text = annotations[metricsAnnotation]
  if (typeof text !== 'string') return {}
  try {
    const metrics: unknown = JSON.parse(text)
    return { workloadMetrics: Array.isArray(metrics) ? metrics.filter(isFields) : null }
  } catch {
    return { workloadMetrics: null }
  }
}

/** An empty list is written to the annotation; the annotation is removed if metrics are omitted. */
export function writeMetrics(template: Fields, wanted: unknown): void {
  const metrics = listOf(wanted).map(({ path, port, schema }) => ({ path, port, schema }))
  const metadata = fieldsOf(template['metadata'])
  template['metadata'] = metadata
  if (wanted !== undefined) {
    const text = JSON.stringify(metrics.length > 0 ? metrics : null)
    metadata['annotations'] = { ...fieldsOf(metadata['annotations']), [metricsAnnotation]: text }
    return
  }
  delete fieldsOf(metadata['annotations'])[metricsAnnotation]
  if (Object.keys(fieldsOf(metadata['annotations'])).length === 0) removeAt(template, 'metadata.annotations')
}
