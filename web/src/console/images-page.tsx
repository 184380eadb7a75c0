export default function Page({ project }: { project: string }) {
  return <p>{project}</p>
}
