import {
  type Conversion,
  copyOf,
  type Fields,
  fieldsOf,
  readRows,
  type Row,
  row,
  scalarText,
  writeRow,
} from './rows.ts'

/** A claim template is a whole v3 persistentVolumeClaim, namespace included. */
const claimRows: readonly Row[] = [
  row('name', 'metadata.name'),
  row('namespaceId', 'metadata.namespace'),
  row('labels', 'metadata.labels'),
  row('annotations', 'metadata.annotations'),
  row('accessModes', 'spec.accessModes'),
  row('resources', 'spec.resources'),
  row('selector', 'spec.selector'),
  row('storageClassId', 'spec.storageClassName'),
  row('volumeId', 'spec.volumeName'),
  row('volumeMode', 'spec.volumeMode'),
  row('dataSource', 'spec.dataSource'),
]

/** One template; keeps what v3 cannot show of the current one. */
export const claimTemplate: Conversion = {
  read: (template) => readClaimTemplate(fieldsOf(template)),
  write: (claim, today) => writeClaimTemplate(fieldsOf(claim), fieldsOf(today)),
}

function readClaimTemplate(template: Fields): Fields {
  const document = readRows(claimRows, template)
  const status = fieldsOf(template['status'])
  const { name, namespaceId } = document
  return {
    ...document,
    resources: document['resources'] ?? {},
    created: null,
    id: typeof namespaceId === 'string' ? `${namespaceId}:${String(name)}` : String(name),
    ...(template['status'] !== undefined && { status }),
    state: scalarText(status['phase'] ?? 'active').toLowerCase(),
    transitioning: 'no',
    transitioningMessage: '',
    type: '/v3/project/schemas/persistentVolumeClaim',
  }
}

function writeClaimTemplate(claim: Fields, today: Fields): Fields {
  const template: Fields = { metadata: {}, spec: {}, ...copyOf(today) }
  for (const one of claimRows) {
    const value = claim[one.v3]
    // an empty storage class means none at all to Kubernetes, not the default one
    const given = one.v3 === 'storageClassId' && value === null ? '' : value
    if (given !== undefined) writeRow(one, given, template)
  }
  return template
}
