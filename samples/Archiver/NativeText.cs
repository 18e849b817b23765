using System.Runtime.InteropServices;

namespace Archiver;

/// <summary>Names as the C library wants them.</summary>
internal static class NativeText
{
    [DllImport("libc", EntryPoint = "strlen")]
    private static extern nuint Length(IntPtr text);

    [DllImport("libc", EntryPoint = "access", SetLastError = true)]
    private static extern int Access(IntPtr path, int mode);

    public static int LengthOf(string name)
    {
        int ret = -1;
        IntPtr text = Marshal.StringToCoTaskMemUTF8(name);
        if (text == IntPtr.Zero)
            goto done;

        ret = (int)Length(text);

    done:
        Marshal.FreeCoTaskMem(text);
        return ret;
    }

    /// <summary>The error number must be read before the memory goes.</summary>
    public static int ErrorOf(string path)
    {
        IntPtr text = Marshal.StringToCoTaskMemUTF8(path);
        int result = Access(text, 0);
        int error = result == 0 ? 0 : Marshal.GetLastWin32Error();
        Marshal.FreeCoTaskMem(text);
        return error;
    }

    /// <summary>Tries again, and so jumps backwards: left alone.</summary>
    public static bool Wait(string path, int attempts)
    {
    retry:
        IntPtr text = Marshal.StringToCoTaskMemUTF8(path);
        bool found = Access(text, 0) == 0;
        Marshal.FreeCoTaskMem(text);
        if (!found && attempts-- > 0)
            goto retry;

        return found;
    }
}
