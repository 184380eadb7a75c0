/** Put in by scripts/build.mjs from package.json; absent where the source runs unbundled. */
declare const DROVER_VERSION: string | undefined

/** The files that hold the bin's code, and what is where. */
declare const DROVER_PACKS: {
  packs: Readonly<Record<string, string>>
  pieces: Readonly<Record<string, string>>
}
