import fc from 'fast-check'

// The same cases each time, so that a change is what turns a test red. FAST_CHECK_SEED tries others.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FAST_CHECK_SEED ?? 20_260_131) })

export default fc
