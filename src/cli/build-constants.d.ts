/** Put in by scripts/build.mjs from package.json; absent where the source runs unbundled. */
declare const DROVER_VERSION: string | undefined
