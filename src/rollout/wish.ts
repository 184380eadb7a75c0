import { DroverError } from '../model/errors.ts'
import { parseImageReference } from '../model/image-reference.ts'

/** Which containers to change, and to which image. */
export interface Wish {
  select: ContainerSelection
  image: WantedImage
}

export type ContainerSelection =
  | { by: 'name'; name: string }
  /** Containers with an image of this repository, whatever the tag. */
  | { by: 'repository'; repository: string }
  /** All containers except init containers, which are selected by name or repository only. */
  | { by: 'all' }

export type WantedImage =
  | { by: 'reference'; image: string }
  /** The same repository with another tag. */
  | { by: 'tag'; tag: string }

/** Parses `CONTAINER=IMAGE` or `*=IMAGE`, as in kubectl set image. Raises INVALID. */
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
