import { useQuery } from '@tanstack/react-query'
import { call } from '../server/v3.ts'
import type { ImageTags } from './image-choices.ts'

/** The registry's tags for a container's image; undefined if the caller may not ask. */
export function useImageTags(project: string, workloadId: string, container: string): ImageTags | undefined {
  const { data } = useQuery({
    queryKey: ['tags', project, workloadId, container],
    queryFn: ({ signal }) => {
      const path = `/v3/project/${project}/workloads/${workloadId}/tags?container=${encodeURIComponent(container)}`
      return call<ImageTags>('GET', path, { signal })
    },
    staleTime: 60_000,
    retry: false,
  })
  return data
}
