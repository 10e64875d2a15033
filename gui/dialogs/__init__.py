"""gui.dialogs"""
