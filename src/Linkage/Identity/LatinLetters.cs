using System.Text;

namespace Linkage.Identity;

/// <summary>
/// Latin letters with accents, strokes and ligatures to A–Z: Unicode's compatibility decomposition without its marks, and by hand what has none
/// (Ø O, Ł L, Đ D, Þ TH, ß SS, Æ AE, Œ OE, Ə E, …). A frozen table, not the platform's: a newer Unicode must not change tokens.
/// </summary>
internal static class LatinLetters
{
    // Two bytes a code point from U+00A0 to U+024F, 32 code points a line; '._' is not folded, '_' no second letter.
    private static ReadOnlySpan<byte> Extended => """
        ._._._._._._._._._._A_._._._._._._._._._._._._._._._O_._._._._._
        A_A_A_A_A_A_AEC_E_E_E_E_I_I_I_I_D_N_O_O_O_O_O_._O_U_U_U_U_Y_THSS
        A_A_A_A_A_A_AEC_E_E_E_E_I_I_I_I_D_N_O_O_O_O_O_._O_U_U_U_U_Y_THY_
        A_A_A_A_A_A_C_C_C_C_C_C_C_C_D_D_D_D_E_E_E_E_E_E_E_E_E_E_G_G_G_G_
        G_G_G_G_H_H_H_H_I_I_I_I_I_I_I_I_I_I_IJIJJ_J_K_K_K_L_L_L_L_L_L_L_
        L_L_L_N_N_N_N_N_N_N_N_N_O_O_O_O_O_O_OEOER_R_R_R_R_R_S_S_S_S_S_S_
        S_S_T_T_T_T_T_T_U_U_U_U_U_U_U_U_U_U_U_U_W_W_Y_Y_Y_Z_Z_Z_Z_Z_Z_S_
        B_B_B_B_._._O_C_C_D_D_D_D_._E_E_E_F_F_G_._HVI_I_K_K_L_._._N_N_O_
        O_O_OIOIP_P_._._._._._T_T_T_T_U_U_._V_Y_Y_Z_Z_._._._._._._._._._
        ._._._._DZDZDZLJLJLJNJNJNJA_A_I_I_O_O_U_U_U_U_U_U_U_U_U_U_E_A_A_
        A_A_AEAEG_G_G_G_K_K_O_O_O_O_._._J_DZDZDZG_G_HV._N_N_A_A_AEAEO_O_
        A_A_A_A_E_E_E_E_I_I_I_I_O_O_O_O_R_R_R_R_U_U_U_U_S_S_T_T_._._H_H_
        ._D_._._Z_Z_A_A_E_E_O_O_O_O_O_O_O_O_Y_Y_L_N_T_J_._._A_C_C_L_T_S_
        Z_._._B_U_._E_E_J_J_Q_Q_R_R_Y_Y_
        """u8;

    // The same from U+1E00 to U+1EFF.
    private static ReadOnlySpan<byte> Additional => """
        A_A_B_B_B_B_B_B_C_C_D_D_D_D_D_D_D_D_D_D_E_E_E_E_E_E_E_E_E_E_F_F_
        G_G_H_H_H_H_H_H_H_H_H_H_I_I_I_I_K_K_K_K_K_K_L_L_L_L_L_L_L_L_M_M_
        M_M_M_M_N_N_N_N_N_N_N_N_O_O_O_O_O_O_O_O_P_P_P_P_R_R_R_R_R_R_R_R_
        S_S_S_S_S_S_S_S_S_S_T_T_T_T_T_T_T_T_U_U_U_U_U_U_U_U_U_U_V_V_V_V_
        W_W_W_W_W_W_W_W_W_W_X_X_X_X_Y_Y_Z_Z_Z_Z_Z_Z_H_T_W_Y_A_S_S_S_SS._
        A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_A_E_E_E_E_E_E_E_E_
        E_E_E_E_E_E_E_E_I_I_I_I_O_O_O_O_O_O_O_O_O_O_O_O_O_O_O_O_O_O_O_O_
        O_O_O_O_U_U_U_U_U_U_U_U_U_U_U_U_U_U_Y_Y_Y_Y_Y_Y_Y_Y_._._._._._._
        """u8;

    /// <summary>One or two letters A–Z for a letter of the Latin script; false for any other rune.</summary>
    /// <param name="rune">Above U+007F.</param>
    /// <param name="first">First letter.</param>
    /// <param name="second">Second letter, or 0.</param>
    public static bool TryFold(Rune rune, out byte first, out byte second)
    {
        var value = rune.Value;
        (first, second) = value switch
        {
            >= 0xA0 and < 0x250 => At(Extended, value - 0xA0),
            >= 0x1E00 and < 0x1F00 => At(Additional, value - 0x1E00),
            >= 0xFF21 and <= 0xFF3A => ((byte)(value - 0xFF21 + 'A'), (byte)0), // full width
            >= 0xFF41 and <= 0xFF5A => ((byte)(value - 0xFF41 + 'A'), (byte)0),
            0x212A => ((byte)'K', (byte)0), // Kelvin sign
            0x212B => ((byte)'A', (byte)0), // Ångström sign
            _ => default,
        };
        return first != 0;
    }

    private static (byte First, byte Second) At(ReadOnlySpan<byte> table, int index)
    {
        // 64 bytes and a line end per line of the literal.
        var at = (index >> 5) * 65 + ((index & 31) * 2);
        var first = table[at];
        var second = table[at + 1];
        return first == '.' ? default : (first, second == '_' ? (byte)0 : second);
    }
}
