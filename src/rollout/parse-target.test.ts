import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { workloadKinds, type WorkloadKind } from '../model/workload-kinds.ts'
import { kindNamed, parseTarget } from './parse-target.ts'

const workload = { kind: 'deployment', namespace: 'default', name: 'admin-master' }
const server = 'https://rancher.example'

describe('targets', () => {
  it.each([
    ['deployment/admin-master', { workload }],
    ['deploy/admin-master', { workload }],
    ['Deployments/admin-master\n', { workload }],
    ['deployment:default:admin-master', { workload }],
    ['statefulSet:team-a:db', { workload: { kind: 'statefulset', namespace: 'team-a', name: 'db' } }],
    [
      `${server}/v3/project/c-l5nxb:p-dghs7/workloads/deployment:default:admin-master`,
      { workload, server, cluster: 'c-l5nxb', project: 'c-l5nxb:p-dghs7' },
    ],
    [
      `${server}:8443/rancher/v3/projects/c-l5nxb%3Ap-dghs7/deployments/deployment%3Adefault%3Aadmin-master?x=y#z`,
      { workload, server: `${server}:8443/rancher`, cluster: 'c-l5nxb', project: 'c-l5nxb:p-dghs7' },
    ],
    [
      `${server}/p/c-l5nxb:p-dghs7/workload/deployment:default:admin-master`,
      { workload, server, cluster: 'c-l5nxb', project: 'c-l5nxb:p-dghs7' },
    ],
    [
      `${server}/p/c-l5nxb:p-dghs7/workload/deployment:default:admin-master/run?upgrade=true`,
      { workload, server, cluster: 'c-l5nxb', project: 'c-l5nxb:p-dghs7' },
    ],
    [
      `${server}/dashboard/c/c-m-abc12345/explorer/apps.deployment/default/admin-master#pods`,
      { workload, server, cluster: 'c-m-abc12345' },
    ],
    [
      `${server}/dashboard/c/local/explorer/batch.cronjob/team-a/nightly?mode=edit`,
      { workload: { kind: 'cronjob', namespace: 'team-a', name: 'nightly' }, server, cluster: 'local' },
    ],
    [
      `${server}/k8s/clusters/c-l5nxb/apis/apps/v1/namespaces/default/deployments/admin-master`,
      { workload, server, cluster: 'c-l5nxb' },
    ],
    [
      `${server}/k8s/clusters/c-l5nxb/v1/apps.deployments/default/admin-master`,
      { workload, server, cluster: 'c-l5nxb' },
    ],
    [`${server}/v1/apps.deployments/default/admin-master`, { workload, server }],
  ])('%s', (text, expected) => expect(parseTarget(text)).toEqual(expected))

  it('uses the given namespace', () => {
    expect(parseTarget('deploy/web', { namespace: 'shop' }).workload.namespace).toBe('shop')
  })

  it.each([
    ['', /neither KIND\/NAME/],
    ['web', /neither KIND\/NAME/],
    ['deployment/', /"" is no Kubernetes name/],
    ['deployment/Web', /"Web" is no Kubernetes name/],
    ['service/web', /"service" is no kind with a pod template; there are deployment, statefulset/],
    ['deployment:default', /neither/],
    ['a:b:c:d', /neither/],
    [`${server}/v3/clusters/c-l5nxb`, /not the address of a workload/],
    [`${server}/login`, /not the address of a workload/],
    [`${server}/v3/project/c-l5nxb:p-dghs7/services/default:web`, /no kind/],
  ])('refuses %j', (text, message) => {
    expect(() => parseTarget(text)).toThrow(message)
    expect(() => parseTarget(text)).toThrow(expect.objectContaining({ code: 'INVALID' }))
  })

  it('parses every spelling of every kind', () => {
    const kinds = fc.constantFrom(...(Object.keys(workloadKinds) as WorkloadKind[]))
    const names = fc.stringMatching(/^[a-z](?:[a-z0-9-]{0,8}[a-z0-9])?$/)
    fc.assert(
      fc.property(kinds, names, names, (kind, namespace, name) => {
        const { plural, short, v3Type, kind: kubeKind } = workloadKinds[kind]
        for (const word of [kind, plural, kubeKind, ...short]) {
          expect(kindNamed(word)).toBe(kind)
          expect(parseTarget(`${word}/${name}`, { namespace }).workload).toEqual({ kind, namespace, name })
        }
        expect(parseTarget(`${v3Type.toLowerCase()}:${namespace}:${name}`).workload).toEqual({ kind, namespace, name })
      }),
    )
  })

  it('never fails other than by refusing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true })), (text) => {
        try {
          parseTarget(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID' })
        }
      }),
    )
  })
})
