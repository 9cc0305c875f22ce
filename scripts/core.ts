// The part of the package that its entries share. The build writes it: see the plugin in tsup.config.ts.
export {}
