import { isImageReference, parseImageReference } from '../../../src/model/image-reference.ts'

/** An image with its tag emphasised. */
export function ImageName({ image }: { image: string }) {
  const { place, name, tag } = partsOf(image)
  return (
    <span class="image-name" title={image}>
      {place !== '' && <span class="image-place">{place}</span>}
      <span>{name}</span>
      <span class="image-tag">{tag}</span>
    </span>
  )
}

/** `10.1.1.1:80/java/`, `admin-master`, `:32`. */
export function partsOf(image: string): { place: string; name: string; tag: string } {
  if (!isImageReference(image)) return { place: '', name: image, tag: '' }
  const { name } = parseImageReference(image)
  const slash = name.lastIndexOf('/') + 1
  return { place: name.slice(0, slash), name: name.slice(slash), tag: image.slice(name.length) }
}
