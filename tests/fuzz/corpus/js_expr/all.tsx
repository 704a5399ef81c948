x = a.b?.[c]!(d, ...e)<f>(g) as h + new i.j(k)`l${m}` ? {n, o: p, [q]: r, s() {}, get t() {}, ...u} : [v, , ...w]
y = async <T,>(z: T) => await !-aa++ ?? (bb, cc) || <dd.ee ff="gg" {...hh}>{ii}</dd.ee>; jj = class kk {}; ll = function () {}(mm)
