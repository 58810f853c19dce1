export default function Page() {
  return <a href="/exports">Exports</a>
}
