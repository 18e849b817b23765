using System.Text;

namespace MigrateCleanup.Differential.Tests.CSharp;

/// <summary>
/// Writes methods of C# that clean up by hand: in a finally, behind a label, before each return; with leaks, hand-overs, loops and
/// locks. The same seed gives the same text.
/// </summary>
internal sealed class CSharpFunctions(int seed) : FunctionWriter(seed)
{
    private readonly List<Slot> _slots = [];
    private bool _givesThing;
    private Exits _exits;
    private int _locals;

    private enum Exits
    {
        Label,
        Finally,
        Nested,
        Returns,
        Catch,
    }

    private enum Kind
    {
        Thing,
        Found,
        Opened,
        Memory,
    }

    private sealed class Slot(Kind kind, string name)
    {
        public Kind Kind { get; } = kind;

        public string Name { get; } = name;

        public bool IsHeld { get; set; }

        public string Empty => Kind == Kind.Memory ? "IntPtr.Zero" : "null";
    }

    /// <summary>A class with so many methods, <c>F0</c> and on.</summary>
    public static string Write(int seed, int count)
    {
        var text = new StringBuilder("#nullable enable annotations\nusing System;\nusing System.Runtime.InteropServices;\nusing System.Threading;\nusing static World;\n\npublic static class Functions\n{\n");
        for (var i = 0; i < count; i++)
            text.Append(i == 0 ? "" : "\n").Append(new CSharpFunctions((seed * 1000) + i).Function($"F{i}"));

        return text.Append("}\n").ToString();
    }

    private string Function(string name)
    {
        _givesThing = Chance(0.25);
        _exits = Pick(Exits.Label, Exits.Finally, Exits.Finally, Exits.Nested, Exits.Returns, Exits.Catch);
        for (var i = 0; i < 1 + Below(3); i++)
            _slots.Add(NewSlot(i));

        if (_givesThing && !_slots.Any(s => s.Kind != Kind.Memory))
            _slots.Add(new Slot(Kind.Thing, $"t{_slots.Count}"));

        Indent = 1;
        Line($"public static {(_givesThing ? "Thing?" : "int")} {name}()");
        Line("{");
        Indent++;
        switch (_exits)
        {
            case Exits.Label:
                Labelled();
                break;
            case Exits.Finally:
            case Exits.Catch:
                Guarded();
                break;
            case Exits.Nested:
                Nested(0);
                break;
            default:
                foreach (var slot in _slots)
                {
                    Statements(Below(3), 0);
                    Acquire(slot, declares: true);
                }

                Statements(Below(4), 0);
                Leave();
                break;
        }

        Indent--;
        Line("}");
        return Text.ToString();
    }

    private Slot NewSlot(int i)
    {
        var kind = Pick(Kind.Thing, Kind.Thing, Kind.Found, Kind.Opened, Kind.Memory);
        return new Slot(kind, (kind == Kind.Memory ? "memory" : "t") + i);
    }

    /// <summary>What is handed to the caller in the end, if anything is.</summary>
    private Slot? Given => _givesThing ? _slots.LastOrDefault(s => s.Kind != Kind.Memory && s.IsHeld) : null;

    private string Success => _givesThing ? "null" : "0";

    private void DeclareAll()
    {
        foreach (var slot in _slots)
            Line($"{(slot.Kind == Kind.Memory ? "IntPtr" : "Thing?")} {slot.Name} = {slot.Empty};");
    }

    private void Labelled()
    {
        DeclareAll();

        Line(_givesThing ? "Thing? result = null;" : "int result = -1;");
        foreach (var slot in _slots)
        {
            Statements(Below(3), 0);
            if (Chance(0.1))
            {
                Line($"if (Holds({Number()}))");
                Line("{");
                Indent++;
                Acquire(slot, declares: false);
                slot.IsHeld = false;
                Indent--;
                Line("}");
            }
            else
            {
                Acquire(slot, declares: false);
            }
        }

        Statements(Below(4), 0);
        Result();
        Text.Append("\n    cleanup:\n");
        foreach (var slot in Enumerable.Reverse(_slots))
        {
            if (!Chance(0.05))
                Release(slot, guarded: true);
        }

        Line("return result;");
    }

    private void Result()
    {
        if (!_givesThing)
        {
            Line("result = 0;");
        }
        else if (Given is { } given)
        {
            Line($"result = {given.Name};");
            Line($"{given.Name} = null;");
        }
    }

    /// <summary>Variables before one try that holds all.</summary>
    private void Guarded()
    {
        DeclareAll();

        Line("try");
        Line("{");
        Indent++;
        foreach (var slot in _slots)
        {
            Statements(Below(3), 0);
            Acquire(slot, declares: false);
        }

        Statements(Below(4), 0);
        if (_exits == Exits.Finally && Given is { } given)
        {
            Line($"var result = {given.Name};");
            Line($"{given.Name} = null;");
            Line("return result;");
        }
        else
        {
            if (_exits == Exits.Catch)
            {
                foreach (var slot in _slots.Where(s => s.IsHeld && s != Given))
                    Release(slot, guarded: false);
            }

            Line($"return {Given?.Name ?? Success};");
        }

        Indent--;
        Line("}");
        if (_exits == Exits.Catch || Chance(0.15))
        {
            Line(Chance(0.5) ? "catch" : "catch (Fault)");
            Line("{");
            Indent++;
            if (_exits == Exits.Catch)
            {
                foreach (var slot in Enumerable.Reverse(_slots))
                    Release(slot, guarded: true);
            }
            else
            {
                Line($"Note({Number()});");
            }

            Line(Chance(0.7) ? "throw;" : _givesThing ? "return null;" : "return -5;");
            Indent--;
            Line("}");
        }

        if (_exits != Exits.Finally)
            return;

        Line("finally");
        Line("{");
        Indent++;
        foreach (var slot in Enumerable.Reverse(_slots))
            Release(slot, guarded: true);

        if (Chance(0.1))
            Line($"Note({Number()});");

        Indent--;
        Line("}");
    }

    /// <summary>A try around what follows each acquisition.</summary>
    private void Nested(int at)
    {
        if (at == _slots.Count)
        {
            Statements(1 + Below(4), 0);
            Line($"return {Success};");
            return;
        }

        Statements(Below(2), 0);
        var slot = _slots[at];
        Acquire(slot, declares: true);
        Line("try");
        Line("{");
        Indent++;
        Nested(at + 1);
        Indent--;
        Line("}");
        Line("finally");
        Line("{");
        Indent++;
        Release(slot, guarded: Chance(0.3));
        Indent--;
        Line("}");
    }

    private void Acquire(Slot slot, bool declares)
    {
        switch (slot.Kind)
        {
            case Kind.Thing:
                Line($"{(declares ? "var " : "")}{slot.Name} = {Pick($"Make({Number()})", $"new Thing({Number()})")};");
                break;
            case Kind.Found:
                Line($"{(declares ? "var " : "")}{slot.Name} = Find({Number()});");
                Fail($"{slot.Name} {Pick("== null", "is null")}");
                break;
            case Kind.Opened:
                if (declares)
                    Line($"Thing? {slot.Name};");

                Fail($"!Open({Number()}, out {slot.Name})");
                break;
            default:
                Line($"{(declares ? "var " : "")}{slot.Name} = Marshal.AllocHGlobal({Number()});");
                break;
        }

        slot.IsHeld = true;
    }

    private void Fail(string condition)
    {
        var lines = new List<string>();
        if (_exits == Exits.Label)
        {
            if (!_givesThing && Chance(0.3))
                lines.Add($"result = -{1 + Below(5)};");

            lines.Add("goto cleanup;");
        }
        else
        {
            if (_exits is Exits.Returns or Exits.Catch)
                lines.AddRange(Enumerable.Reverse(_slots).Where(s => s.IsHeld && !(_exits == Exits.Returns && Chance(0.05))).Select(ReleaseText));

            lines.Add(_exits is Exits.Finally or Exits.Nested && Chance(0.2) ? $"throw new Fault({Number()});" : _givesThing ? "return null;" : $"return -{1 + Below(4)};");
        }

        Line($"if ({condition})");
        if (lines.Count > 1)
            Line("{");

        foreach (var line in lines)
            Line(line, Indent + 1);

        if (lines.Count > 1)
            Line("}");
    }

    protected override void Statement(int depth)
    {
        var held = _slots.Where(s => s.IsHeld).ToList();
        var any = held.Count > 0 ? held[Below(held.Count)] : null;
        switch (Below(12))
        {
            case 0:
            case 1:
                Fail($"!Step({Number()})");
                break;
            case 2 or 3 or 4 when any is not null:
                Fail($"!{Use(any)}");
                break;
            case 5 when depth < 2:
                Line($"if (Holds({Number()}))");
                Line("{");
                Indent++;
                Statements(1, depth + 1);
                Indent--;
                Line("}");
                break;
            case 6 when depth < 2:
                Line(Pick($"while (More({Number()}))", $"for (var i{_locals} = 0; i{_locals} < 2; i{_locals}++)"));
                _locals++;
                Line("{");
                Indent++;
                if (Chance(0.6))
                    Local();
                else
                    Statements(1, 2);

                Indent--;
                Line("}");
                break;
            case 7:
                Locked();
                break;
            case 8 when depth == 0 && _exits is (Exits.Label or Exits.Finally) && any is { Kind: not Kind.Memory }:
                Line($"Keep({any.Name});");
                Line($"{any.Name} = null;");
                any.IsHeld = false;
                break;
            case 9 when depth == 0 && _exits == Exits.Label && any is not null:
                Line(ReleaseText(any));
                Line($"{any.Name} = {any.Empty};");
                any.IsHeld = false;
                break;
            case 10 when depth < 2:
                Line("{");
                Indent++;
                Local();
                Indent--;
                Line("}");
                break;
            default:
                Line($"Note({Number()});");
                break;
        }
    }

    private void Locked()
    {
        Line("Monitor.Enter(Gate);");
        if (Chance(0.5))
        {
            Line($"Note({Number()});");
            if (Chance(0.5))
            {
                Line($"if (!Step({Number()}))");
                Line($"    Note({Number()});");
            }

            Line("Monitor.Exit(Gate);");
            return;
        }

        Line("try");
        Line("{");
        Indent++;
        Line($"Note({Number()});");
        if (_exits is Exits.Finally or Exits.Nested && Chance(0.5))
            Fail($"!Step({Number()})");

        Indent--;
        Line("}");
        Line("finally");
        Line("{");
        Line("    Monitor.Exit(Gate);");
        Line("}");
    }

    /// <summary>A resource that lives in a block.</summary>
    private void Local()
    {
        var slot = new Slot(Pick(Kind.Thing, Kind.Memory), $"local{_locals++}");
        Acquire(slot, declares: true);
        if (Chance(0.5))
        {
            Line($"if (!{Use(slot)})");
            Line($"    Note({Number()});");
            Release(slot, guarded: false);
            return;
        }

        Line("try");
        Line("{");
        Indent++;
        Line($"Note({Number()});");
        if (Chance(0.5))
        {
            Line($"if (!{Use(slot)})");
            Line($"    Note({Number()});");
        }

        Indent--;
        Line("}");
        Line("finally");
        Line("{");
        Indent++;
        Release(slot, guarded: Chance(0.2));
        Indent--;
        Line("}");
    }

    private void Leave()
    {
        foreach (var slot in Enumerable.Reverse(_slots).Where(s => s.IsHeld && s != Given && !Chance(0.04)))
            Release(slot, guarded: false);

        Line($"return {Given?.Name ?? Success};");
    }

    private void Release(Slot slot, bool guarded)
    {
        if (!guarded || slot.Kind == Kind.Memory && Chance(0.7))
        {
            Line(ReleaseText(slot));
        }
        else if (slot.Kind != Kind.Memory && Chance(0.5))
        {
            Line($"{slot.Name}?.Dispose();");
        }
        else
        {
            Line($"if ({slot.Name} != {slot.Empty})");
            Line($"    {ReleaseText(slot)}");
        }
    }

    private static string ReleaseText(Slot slot) => slot.Kind == Kind.Memory ? $"Marshal.FreeHGlobal({slot.Name});" : $"{slot.Name}.Dispose();";

    private string Use(Slot slot) => slot.Kind == Kind.Memory ? $"Fill({slot.Name}, {Number()})" : $"{slot.Name}.Use({Number()})";
}
