import { type Fields, fieldsOf, isFields, listOf, removeAt } from './rows.ts'

/** Of the template: where the pods serve metrics, as JSON. */
export const metricsAnnotation = 'field.cattle.io/workloadMetrics'

/** Nothing without the annotation; null where it says null or cannot be read. */
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

/** Of none the annotation says so; it goes where nothing is said of metrics at all. */
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
