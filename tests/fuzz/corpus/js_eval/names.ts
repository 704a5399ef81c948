import a, {b as c, type d} from 'e'; export {a as default}; export * from 'f'
const {g, h: {i = 1}, ...j} = a, [k, , l] = b; ({g, i: [k]} = c)
function m(n, {o, p = q}, ...r) { return s => s.t ? u : v }
class w extends x { static async y(z) {} get aa() { return this } }
for (const ab of ac) try { g.h = 1 } catch (ad) { delete g.i } let ae = async (af): ag => ah
Object.assign(g, h); module.exports = {m, y() {}}; exports.n = o; enum ai { aj }
