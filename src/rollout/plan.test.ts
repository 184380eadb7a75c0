import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../model/kube-object.ts'
import { planImages, sequenceAnnotation } from './plan.ts'
import { parseWish, type Wish } from './wish.ts'

const name = { kind: 'deployment', namespace: 'default', name: 'web' } as const
const digest = `sha256:${'a'.repeat(64)}`

function workload(metadata: object = {}): KubeObject {
  const containers = [
    { name: 'app', image: 'registry.example:5000/app:1' },
    { name: 'sidecar', image: 'nginx' },
  ]
  const initContainers = [{ name: 'setup', image: 'registry.example:5000/app:1' }]
  return {
    metadata: { name: 'web', ...metadata },
    spec: { template: { metadata: {}, spec: { containers, initContainers } } },
  }
}

const tag = (tag: string, select: Wish['select']): Wish => ({ select, image: { by: 'tag', tag } })
const plan = (wishes: readonly Wish[], options = {}, metadata = {}) =>
  planImages(name, workload(metadata), wishes, options)

describe('plans', () => {
  it('selects containers by name, init containers included', () => {
    const { changes } = plan([parseWish('setup=registry.example:5000/app:2')])
    expect(changes).toEqual([
      { container: 'setup', role: 'init', from: 'registry.example:5000/app:1', to: 'registry.example:5000/app:2' },
    ])
  })

  it('keeps the repository if only a tag is given', () => {
    expect(plan([tag('2', { by: 'name', name: 'app' })]).changes[0]?.to).toBe('registry.example:5000/app:2')
  })

  it('selects containers by repository, init containers included', () => {
    const { changes } = plan([tag('2', { by: 'repository', repository: 'registry.example:5000/app' })])
    expect(changes.map(({ container }) => container)).toEqual(['app', 'setup'])
    expect(() => plan([tag('2', { by: 'repository', repository: 'other' })])).toThrow(/there are app=registry/)
  })

  it('takes * for all containers except init containers', () => {
    expect(plan([parseWish('*=busybox:1')]).changes.map(({ container }) => container)).toEqual(['app', 'sidecar'])
  })

  it('normalises image names', () => {
    expect(plan([parseWish('sidecar=docker.io/library/nginx:latest')])).toMatchObject({
      changes: [],
      unchanged: ['sidecar'],
    })
  })

  it('refuses two images for one container', () => {
    expect(() => plan([parseWish('app=a:1'), parseWish('*=b:1')])).toThrow(/both a:1 and b:1/)
  })

  it('compares expected images by meaning', () => {
    const wishes = [parseWish('sidecar=nginx:2')]
    expect(plan(wishes, { expect: 'docker.io/library/nginx' }).refused).toBeUndefined()
    expect(plan(wishes, { expect: 'nginx:1' }).refused).toMatchObject({ reason: 'Expectation' })
  })

  it('warns that a digest takes precedence', () => {
    expect(plan([parseWish(`app=registry.example:5000/app:2@${digest}`)]).warnings).toEqual([
      expect.stringContaining('the digest takes precedence'),
    ])
  })

  it.each([
    [{ labels: { 'argocd.argoproj.io/instance': 'shop' } }, 'Argo CD application shop'],
    [
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:default/web' } },
      'Argo CD application shop',
    ],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, 'Flux Kustomization apps'],
    [{ labels: { 'helm.toolkit.fluxcd.io/name': 'web' } }, 'Flux HelmRelease web'],
    [{ annotations: { 'objectset.rio.cattle.io/id': 'fleet-agent-web' } }, 'Fleet bundle fleet-agent-web'],
    [
      { ownerReferences: [{ apiVersion: 'x/v1', kind: 'Rollout', name: 'r', uid: 'u', controller: true }] },
      'rollout/r',
    ],
  ])('refuses a workload managed by another system unless forced: %j', (metadata, owner) => {
    const wishes = [parseWish('app=a:1')]
    const { refused } = plan(wishes, {}, metadata)
    expect(refused).toMatchObject({ reason: 'Owned' })
    expect(refused?.message).toContain(owner)
    const forced = plan(wishes, { forceOwned: true }, metadata)
    expect(forced.refused).toBeUndefined()
    expect(forced.warnings[0]).toContain(owner)
  })

  it('only warns about Helm, which does not revert by itself', () => {
    const metadata = {
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'web' },
    }
    const { refused, warnings } = plan([parseWish('app=a:1')], {}, metadata)
    expect(refused).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('Helm release web')])
  })

  it('refuses a lower sequence number', () => {
    const metadata = { annotations: { [sequenceAnnotation]: '7' } }
    expect(plan([parseWish('app=a:1')], { sequence: 6 }, metadata).refused).toMatchObject({ reason: 'Sequence' })
    expect(plan([parseWish('app=a:1')], { sequence: 8 }, metadata).refused).toBeUndefined()
  })
})
