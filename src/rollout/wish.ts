import { DroverError } from '../model/errors.ts'
import { parseImageReference } from '../model/image-reference.ts'

/** What the caller wants: which containers, and which image they are to have. */
export interface Wish {
  select: ContainerSelection
  image: WantedImage
}

export type ContainerSelection =
  | { by: 'name'; name: string }
  /** Containers whose image is of this repository, whatever its tag. */
  | { by: 'repository'; repository: string }
  /** Every container of the pod; init containers only by name or repository. */
  | { by: 'all' }

export type WantedImage =
  | { by: 'reference'; image: string }
  /** The same repository with another tag. */
  | { by: 'tag'; tag: string }

/** `CONTAINER=IMAGE`, or `*=IMAGE`, as kubectl set image has it. Raises INVALID. */
export function parseWish(text: string): Wish {
  const at = text.indexOf('=')
  if (at <= 0) {
    throw new DroverError(
      'INVALID',
      `expected CONTAINER=IMAGE, such as app=registry.example/app:2, not ${JSON.stringify(text)}`,
    )
  }
  const name = text.slice(0, at)
  const { text: image } = parseImageReference(text.slice(at + 1))
  return { select: name === '*' ? { by: 'all' } : { by: 'name', name }, image: { by: 'reference', image } }
}
