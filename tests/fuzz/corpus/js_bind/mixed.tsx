#!/usr/bin/env node
import R, { logEvent as t } from 'x';
const a = b / c / d, r = /ab[/]c/g.test(x);
function f<T>(x: Array<Array<T>>): void { return <div a="b" {...c} onClick={() => { t({a: `x${y}z`}) }}>hi {'x'} <b/> </div>; }
class A<T> extends B<{x: 1}> { static x = /re/; #p = 1; async foo(a?: string): Promise<{a: 1}> { if (x) /re/.test(y); } get() {} delete() {} @Dec({a:1}) bar() {} }
const g = <T,>(x: T) => x;
label: { }
switch (a) { case b: { } default: {} }
x = {a, b() {}, class: 1, [k]: v, ...s};
(function () {})();
foo<Bar>({a: 1});
