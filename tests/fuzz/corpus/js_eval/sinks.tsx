import R, {a as b} from 'x'; const {logEvent: t, ...u} = useResync(); let m = {c: 1, ...R, [`d`]: b}; m.e.f = 'g' + m.c; delete m.c
Object.assign(m, u); function s(n, {o = 1, ...p}) { t({metadata: omit({...m, ...p, o}, ['o'])}); return n ? s(n.q) : {r: n} }
class A { v = 1; w() { t(this.v, this.x) } constructor(x) { this.x = x } } export default new A(s(m, R)); export * from './y'
users.map(async ({z}) => t({z: `${z}${m}`, aa: z || m && [z, ...u][0]})); import('x').then(q => q.default(require('k').l))
