/** The package's version; `0.0.0-source` where the source runs unbundled (tests). */
export const version = typeof DROVER_VERSION === 'undefined' ? '0.0.0-source' : DROVER_VERSION
