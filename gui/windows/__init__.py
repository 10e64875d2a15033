"""gui.windows"""
