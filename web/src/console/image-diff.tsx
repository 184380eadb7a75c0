import type { ImageChange } from '../../../src/rollout/index.ts'
import { ImageName } from '../parts/image-name.tsx'

/** Old and new image per container. */
export function ImageDiff({ changes }: { changes: readonly Pick<ImageChange, 'container' | 'from' | 'to'>[] }) {
  return (
    <div class="diff">
      {changes.map(({ container, from, to }) => (
        <div key={container}>
          <p class="diff-name">{container}</p>
          <p class="diff-old">
            <ImageName image={from} />
          </p>
          <p class="diff-new">
            <ImageName image={to} />
          </p>
        </div>
      ))}
    </div>
  )
}
