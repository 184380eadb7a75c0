import { useEffect, useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import type { Run, Sample } from './runs.ts'

const width = 600
const height = 72

/** Stacked old and new pods over time. */
export function RolloutPicture({ run }: { run: Run }) {
  const texts = useTexts()
  const now = useNow(run)
  const { samples, progress } = run
  const last = samples.at(-1)
  if (!last || !progress) return null
  const end = Math.max(now - run.begun, 1000)
  const most = Math.max(1, progress.wanted, ...samples.map(({ old, fresh, ready }) => old + fresh + ready))
  const shape = (top: (sample: Sample) => number) => area(samples, end, most, top)
  const wanted = height - (progress.wanted / (most * 1.1)) * height
  return (
    <figure>
      <svg
        class="picture"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={texts.rollout.picture(last.old, last.ready, progress.wanted)}
      >
        <path class="picture-old" d={shape(({ old, fresh, ready }) => old + fresh + ready)} />
        <path class="picture-fresh" d={shape(({ fresh, ready }) => fresh + ready)} />
        <path class="picture-ready" d={shape(({ ready }) => ready)} />
        <line class="picture-wanted" x1="0" x2={width} y1={wanted} y2={wanted} />
      </svg>
      <figcaption class="legend">
        <span class="legend-ready">{texts.rollout.ready(last.ready)}</span>
        <span class="legend-fresh">{texts.rollout.fresh(last.fresh)}</span>
        <span class="legend-old">{texts.rollout.old(last.old)}</span>
      </figcaption>
    </figure>
  )
}

/** Stepped, because pods come and go as a whole. */
function area(samples: readonly Sample[], end: number, most: number, top: (sample: Sample) => number): string {
  const x = (at: number) => ((at / end) * width).toFixed(1)
  const y = (pods: number) => (height - (pods / (most * 1.1)) * height).toFixed(1)
  const [first] = samples
  if (!first) return ''
  let path = `M0 ${height}V${y(top(first))}`
  for (const sample of samples) path += `H${x(sample.at)}V${y(top(sample))}`
  return `${path}H${width}V${height}Z`
}

/** Ticks while the rollout runs. */
function useNow(run: Run): number {
  const [now, setNow] = useState(Date.now)
  const over = run.verdict !== undefined || run.error !== undefined
  useEffect(() => {
    setNow(Date.now())
    if (over) return undefined
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [over])
  return now
}
