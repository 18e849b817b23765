namespace MigrateCleanup.CSharp.Tests.Flow;

/// <summary>A text that holds about every statement and expression of the language.</summary>
internal static class Constructs
{
    public const string Text =
        """
        using System;
        using System.Buffers;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Runtime.InteropServices;
        using System.Threading;
        using System.Threading.Tasks;

        namespace N;

        delegate int Transform(int x);

        enum Kind { None, Some = 3 }

        struct Point
        {
            public int X, Y;
            public Point(int x, int y) { X = x; Y = y; }
            public void Move(int by) => X += by;
            public readonly int Sum() => X + Y;
            public void Deconstruct(out int x, out int y) { x = X; y = Y; }
            public static Point operator +(Point a, Point b) => new Point(a.X + b.X, a.Y + b.Y);
            public static implicit operator int(Point p) => p.X;
            public static explicit operator Point(int x) => new(x, x);
            public static bool operator true(Point p) => p.X != 0;
            public static bool operator false(Point p) => p.X == 0;
        }

        ref struct Owner { public void Dispose() { } public int Length => 1; }

        record Person(string Name, int Age);

        class Primary(Stream stream) { public long Length() => stream.Length + Inner(() => stream.Position); static long Inner(Func<long> f) => f(); }

        unsafe class C : IDisposable
        {
            readonly object _lock = new();
            static readonly Lock Gate = new();
            volatile int _volatile;
            int _count;
            int[] _numbers = { 1, 2, 3 };
            int[,] _grid = new int[2, 2];
            Func<int, int> _twice = x => x * 2;
            C _next;
            Point _point;
            event EventHandler Changed;
            string Name { get; set; } = "";
            string ReadOnlyName { get; }
            int this[int i, string s] { get => _numbers[i]; set => _numbers[i] = value; }
            ref int First => ref _numbers[0];

            public C() : this(1) { ReadOnlyName = "c"; }
            C(int count) { _count = count; }
            static C() { Console.WriteLine(); }
            ~C() { Dispose(); }
            public void Dispose() => Changed?.Invoke(this, EventArgs.Empty);

            [DllImport("c", EntryPoint = "free")] static extern void Free(IntPtr p);
            static extern bool Test(object o = null, int n = 2);
            static extern void Use(params object[] all);
            static extern int Next(ref int x);
            static extern int* Pointer(int* p);

            int Assignments(int a, int b)
            {
                int c, d = a, e = b;
                c = d = e;
                a += b++ - --a;
                b <<= 2; b >>= 1; b >>>= 1; b ^= a; b |= 1; b &= 7; b %= 3; b /= a; b *= 2;
                _count += Next(ref a);
                _numbers[a++] -= b;
                _numbers[^1] = 3;
                Name += a; Name += "x" + a + this;
                this[a, "k"]++; this[b, Name] += Next(ref b);
                _point.X = 3; _point.Move(2); _next._next._point.Y++;
                _grid[a, b] = _grid[b, a]++;
                First = 3; First++;
                Name ??= "none"; _next ??= new C { Name = "n", _count = 3, _point = { X = 1 } };
                checked { a = a + b; b = (byte)a; a++; a += b; }
                unchecked { a = (byte)b; }
                (a, b) = (b, a);
                (a, (b, _)) = (1, (2, 3));
                var (x, y) = _point;
                (int p, var q) = (Next(ref a), 2);
                (_count, _numbers[0]) = Pair();
                _ = Next(ref a);
                return c + (d = e) + (a++ + ++b) + x + y + p + q;
            }

            static (int, int First) Pair() => (1, First: 2);

            bool Conditions(object o, int? n, string s, bool a, bool b, Point p)
            {
                if (a && b || !a && !(b || s == null)) return a ? b : !b;
                if (o is string) return true;
                if (o is string { Length: > 2 and < 9 or 12 } t && t != s) return t.Length > 1;
                if (o is not (int or long)) return false;
                if (o is int i and > 3) return i == 4;
                if (o is Person { Name: { Length: 2 } name, Age: var age }) return name == s && age > 1;
                if (o is Person(var first, > 3)) return first == null;
                if (s is ['a', .. var rest, 'b']) return rest.Length > 1;
                if (p is (1, 2)) return true;
                if (p is { X: 1 }) return true;
                if (p) return false;
                if (n is { } value) return value > 1;
                if (n == null || n.Value > 2 || n > 3) return n.HasValue;
                if (o is null or not null) return s?.Length > 1;
                a |= b & !a ^ b;
                return ((a ? n : null) ?? (b ? throw new Exception() : 3)) > 2 ? true : s?.Trim()?.Length is 3;
            }

            int Switches(object o, Kind k, string s)
            {
                switch (k)
                {
                    case Kind.None: return 1;
                    case Kind.Some when s == "x": goto case Kind.None;
                    case (Kind)7: { break; }
                    default: goto done;
                }
                switch (s) { case "a": case "b": return 2; case null: break; default: throw new InvalidOperationException(); }
                switch (o) { case int n when n > 2: return n; case string { Length: 1 }: case Person _: return 3; case var other when other == this: return 4; }
                switch (Next(ref _count)) { }
                int r = o switch { int i => i, string t when t.Length > Next(ref _count) => 2, null => throw new ArgumentNullException(nameof(o)), _ => 3 };
            done:
                return k switch { Kind.None => 1, Kind.Some => 2, _ => r2() };
                int r2() => 5;
            }

            void Loops(int[] numbers, string text, List<int> list, IEnumerable<(int A, string B)> pairs, dynamic d, Span<int> span)
            {
                for (int i = 0, j = 9; i < j; i++, j--) { if (i == 3) continue; if (j == 2) break; }
                for (; ; ) { if (Test()) break; }
                while (list.Count > 0 && list[0] is var head) { list.RemoveAt(head); }
                do { var inner = Next(ref _count); if (inner > 3) continue; _count--; } while (Test() && _count is int cc && cc > 1);
                foreach (var n in numbers) foreach (char c in text) { if (c == n) goto next; }
            next:
                foreach (int n in list) if (n > 2) break; else continue;
                foreach (var (a, b) in pairs) Use(a, b);
                foreach ((int a, string _) in pairs) Use(a);
                foreach (object o in d) Use(o);
                foreach (ref var r in span) r++;
                foreach (var g in _grid) Use(g);
            again:
                if (Test()) goto again;
                while (true) { Use(); }
            }

            int Cleanup(string path, IntPtr h)
            {
                int result = -1;
                using var first = new FileStream(path, FileMode.Open);
                using (Stream a = File.OpenRead(path), b = null) { if (Test(a)) return 1; }
                using (first) { }
                using (null) { }
                using (File.OpenRead(path)) Use();
                using var owner = new Owner();
                try { try { if (Test(h)) goto end; result = 2; if (Test()) return 3; } finally { Free(h); try { Use(); } catch { } } }
                catch (IOException e) when (e.HResult == 2 && Test(e)) { return 4; }
                catch (Exception e) { while (true) { try { if (Test(e)) break; throw; } finally { Use(e); } } }
                finally { lock (_lock) { Use(result); } }
                lock (Gate) { result++; if (Test()) goto end; }
                lock (this) lock (_next._lock) { }
                bool taken = false;
                try { Monitor.Enter(_lock, ref taken); Monitor.TryEnter(_lock, 3, ref taken); } finally { if (taken) Monitor.Exit(_lock); }
            end:
                return result;
            }

            void Calls(ref int a, out string b, in Point p, params int[] rest)
            {
                Test(n: Next(ref a), o: a);
                Use(1, "a", a); Use(); Use(new object[] { 1 }); Use(null);
                int.TryParse("1", out int n); int.TryParse("1", out _); int.TryParse("2", out a);
                b = string.Format("{0}{1}{2}{3}", n, a, rest.Length, p.Sum());
                b = $"{n,3:X} {b} {p.X} {this}" + $"{n}";
                Transform t = Next2; t += x => x; t -= Next2; t(3); t?.Invoke(4);
                Func<int> f = delegate { return n; }; f();
                Changed += (_, _) => n++; Changed -= null;
                _ = nameof(Calls) + typeof(int) + sizeof(int) + default(Point) + default(int);
                var anonymous = new { n, Name, Sum = p.Sum() }; Use(anonymous.Sum);
                var person = new Person("a", 1); var older = person with { Age = person.Age + 1 };
                var moved = p with { X = 2 }; moved.Move(a); Point q = (Point)3 + moved; int x = q;
                List<int> list = [1, n, .. rest]; int[] array = [n, 2]; Span<int> s = stackalloc[] { 1, n }; s[0]++;
                var d = new Dictionary<string, List<int>> { ["a"] = { 1, n }, ["b"] = new() { 2 } }; d = new() { { "c", new() { n } } };
                var jagged = new int[2][] { new[] { 1, n }, null }; var grid = new int[,] { { 1, n }, { 2, 3 } };
                var range = array[1..^1]; var last = array[^1];
                ref int r = ref array[0]; r = 3; r = ref array[1]; ref readonly int rr = ref (n > 1 ? ref array[0] : ref r); Use(rr);
                object o = n; var back = (int)o; var text = o as string; var str = (string)o; long wide = n; var e = (Kind)n;
                int? maybe = n; var sure = (int)maybe; sure += maybe ?? 0;
                IntPtr h = IntPtr.Zero; if (h == (IntPtr)(-1) || h == new IntPtr(0)) h = default; nint z = 0; if (h != z) Free(h);
                var query = from i in list where i > n orderby i select i * a1(); int a1() => n;
                Use(query.ToList(), "u8"u8.Length, list.Select(i => list.Where(j => j == i)));
                var v = _volatile + _volatile; Interlocked.Increment(ref _count);
            }

            static int Next2(int x) => x;
            static void Nothing(int x) { }

            int Unsafe(byte[] data, Point* pp, IntPtr raw, void* v)
            {
                fixed (byte* p = data, q = &data[1]) { *p = 3; p[1] += *q; if (p == null) return (int)(q - p); }
                fixed (char* c = Name) { for (char* e = c; *e != 0; e++) { } }
                pp->X = 2; (*pp).Y++; pp[1].X = pp->Sum(); pp->Move(2);
                int local = 3; int* l = &local; *l = *Pointer(&local); **&l = 2;
                byte* b = (byte*)raw; b += 4; raw = (IntPtr)b; var size = sizeof(Point);
                delegate*<int, int> f = &Next2; f(3); delegate*<int, void> g = &Nothing; g(3);
                Point* two = stackalloc Point[2]; two->X = (int)(nint)v;
                return local + size;
            }

            async Task<int> Async(Stream s, IAsyncEnumerable<int> numbers)
            {
                await using var a = new MemoryStream();
                await using (s.ConfigureAwait(false)) { await Task.Delay(1).ConfigureAwait(false); }
                await foreach (var n in numbers) { if (n > 2) return await Task.FromResult(n); }
                try { await s.FlushAsync(); } catch (IOException) { await Task.Yield(); } finally { await s.DisposeAsync(); }
                Func<Task> f = async () => { await Task.Delay(1); }; await f();
                return 2;
            }

            async Task NoResult() { if (Test()) return; await Task.Delay(1); }

            IEnumerable<int> Iterator(Stream s)
            {
                using (s) { yield return 1; if (Test()) yield break; }
                try { yield return 2; } finally { Use(); }
                foreach (var n in Iterator(s)) yield return n;
            }

            void Dynamic(dynamic d)
            {
                d.X = d.Y + 1; d[0] = d[1]; d.Call(1, "a"); d++; d += 2; int n = d; if (d == 3) Use((object)d); new List<int>(d);
                using (d) { }
            }

            T Generic<T>(T value, T[] all) where T : class, IDisposable, new()
            {
                using (value) { all[0] = new T(); value?.Dispose(); }
                return default;
            }

            static void Ref<T>(ref T value) where T : struct, IDisposable { value.Dispose(); value = default; using var copy = value; }

            int Throws() => throw new NotSupportedException();

            void LocalFunctions(int n)
            {
                int captured = n; Inner(2);
                void Inner(int depth) { captured += depth; if (depth > 0) Inner(depth - 1); Action a = () => { captured++; n--; }; a(); }
                static int Plain(int x) => x; Use(Plain(captured));
            }

            void Labels()
            {
                goto middle;
            start: Use(1); if (Test()) goto end;
            middle: { if (Test()) { goto start; } }
            inner: outer: { Use(); if (Test()) goto inner; if (Test()) goto outer; }
                for (; ; ) { try { if (Test()) goto end; if (Test()) continue; } finally { Use(2); } }
            end:;
            }

            void Unreachable() { if (false) Use(); return; Use(2); }
            void Never() { while (true) ; }
            void Exits() { Environment.FailFast("x"); }
        }
        """;
}
